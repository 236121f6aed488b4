-- Parcels on their way: the three messages that are most urgent, and a first draft of a reply in the
-- language of each, for somebody to read before it goes out. All rows are scored, three are written.
SELECT message_id, left(replace(body, chr(10), ' '), 60) AS message,
       CASE language WHEN 'zh'
         THEN ai_complete(prompt('写一句客服回复：为{0}迟到道歉，并保证今天给出准确的送达日期。
顾客：{1}
客服：', product, body), {'max_tokens': 60})
         ELSE ai_complete(prompt('Write a support reply of one sentence: sorry that the {0} is late, we will give you a delivery date today.
Customer: {1}
Reply:', product, body), {'max_tokens': 60})
       END AS draft
FROM (SELECT m.*, o.product
      FROM 'examples/support/messages.csv' m
      JOIN 'examples/support/orders.csv' o USING (order_id)
      WHERE o.status = 'shipped' AND o.category IN ('Kitchen', 'Outdoor', 'Electronics')
      ORDER BY ai_score(m.body, 'how urgent this message is') DESC
      LIMIT 3);
