-- Parcels on their way: the three most urgent messages about them, and what each is about in English,
-- for a colleague who reads no Chinese. All rows are scored, three are written about.
SELECT message_id, left(replace(body, chr(10), ' '), 60) AS message,
       ai_complete(prompt('Customer message: "{0}"
Say in one short English sentence what happened and what the customer wants.', body), {'max_tokens': 50}) AS digest
FROM (SELECT m.*
      FROM 'examples/support/messages.csv' m
      JOIN 'examples/support/orders.csv' o USING (order_id)
      WHERE o.status = 'shipped' AND o.category IN ('Kitchen', 'Outdoor', 'Electronics')
      ORDER BY ai_score(m.body, 'how urgent this message is') DESC
      LIMIT 3);
