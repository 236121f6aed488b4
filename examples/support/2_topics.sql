-- What were the last two weeks about, in each language? Descriptions say what a label means. One
-- message is blank: it is not asked about, its topic is NULL, and the line below says why.
SELECT ai_classify(body, [
         {'label': 'delivery', 'description': 'where a parcel is, late or lost parcels, changing an address or a date'},
         {'label': 'returns', 'description': 'sending back or exchanging something, a refund for what was sent back'},
         {'label': 'payment', 'description': 'charges, invoices, discounts, membership fees'},
         {'label': 'defect', 'description': 'a product that is broken, faulty or unsafe'},
         {'label': 'question', 'description': 'a question about a product before buying it'},
         {'label': 'account', 'description': 'login, app, website, personal data'},
         {'label': 'praise', 'description': 'thanks or a compliment'},
         {'label': 'other', 'description': 'advertising, wrong address, no meaning'}],
         {'task': 'Decide what this message to the support desk of an online shop is about.'}) AS topic,
       count(*) AS messages,
       count(*) FILTER (language = 'en') AS english,
       count(*) FILTER (language = 'zh') AS chinese
FROM 'examples/support/messages.csv'
WHERE received_at >= '2026-03-16'
GROUP BY topic
ORDER BY messages DESC, topic;
