-- 最近一周的来信，先回哪十封？ Which ten messages of the last week come first? A score is a number,
-- so it sorts.
SELECT round(ai_score(body, 'how urgent this message is'), 2) AS urgency, channel,
       left(replace(body, chr(10), ' '), 70) AS message
FROM 'examples/support/messages.csv'
WHERE received_at >= '2026-03-23'
ORDER BY urgency DESC NULLS LAST
LIMIT 10;
