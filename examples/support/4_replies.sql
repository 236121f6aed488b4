-- A first draft of a reply to three messages about broken products, each in its own language.
SELECT m.message_id, o.product,
       ai_complete(prompt('Write one short, friendly sentence to this customer of ours, in the language of the message, and promise an answer today. Product: {0}. Message: {1}', o.product, m.body),
                   {'max_tokens': 60}) AS draft
FROM 'examples/support/messages.csv' m
JOIN 'examples/support/orders.csv' o USING (order_id)
WHERE m.message_id IN (1, 2, 3);
