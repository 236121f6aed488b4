-- 今天先回哪十封？Which ten messages come first today? A score is a number, so it sorts.
SELECT round(ai_score(body, 'how urgently the customer needs an answer: danger, fraud or a deadline is most urgent'), 2) AS urgency,
       channel, language, left(replace(body, chr(10), ' '), 60) AS message
FROM 'examples/support/messages.csv'
WHERE received_at >= '2026-03-23' AND trim(body) <> ''
ORDER BY urgency DESC
LIMIT 10;
