-- Which products make customers want to leave? The order's status is a cheap condition, so it runs
-- first: the model reads only messages about orders where something is still open or went back.
SELECT o.category, count(*) AS messages,
       string_agg(DISTINCT o.country, ', ' ORDER BY o.country) AS countries,
       string_agg(DISTINCT m.language, ' + ' ORDER BY m.language) AS languages
FROM 'examples/support/messages.csv' m
JOIN 'examples/support/orders.csv' o USING (order_id)
WHERE o.status NOT IN ('processing', 'delivered')
  AND ai_filter(prompt('The customer threatens to stop buying here or to cancel the membership: {0}', m.body))
GROUP BY o.category
ORDER BY messages DESC, o.category;
