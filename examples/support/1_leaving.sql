-- Which products make customers want to leave us? The join and the cheap conditions run first, so
-- the model reads only messages of March about orders that have not been delivered in good order.
SELECT o.category, count(*) AS messages, string_agg(DISTINCT o.country, ', ' ORDER BY o.country) AS countries,
       string_agg(DISTINCT m.language, ' + ' ORDER BY m.language) AS languages
FROM 'examples/support/messages.csv' m
JOIN 'examples/support/orders.csv' o USING (order_id)
WHERE m.received_at >= '2026-03-01' AND o.status <> 'processing'
  AND ai_filter(prompt('The customer threatens to stop buying here or to cancel the membership: {0}', m.body))
GROUP BY o.category
ORDER BY messages DESC, o.category;
