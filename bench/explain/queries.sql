-- The queries of bench/explain, as a user would write them. A block begins with its heading:
--   @tables        run before everything else; {data} is the folder of the data sets
--   @query NAME    one statement, whose forecast is compared with its run
--   @before NAME   run first, with the ledger of query NAME: what was asked earlier

-- @tables
CREATE TABLE movies AS
  SELECT DISTINCT ON (id) id, title, genre, director FROM read_csv('{data}/sembench_movie/Movies.csv') ORDER BY id;
CREATE TABLE reviews AS
  SELECT row_number() OVER () AS nr, id AS movie, creationDate AS day, isTopCritic AS top,
    publicatioName AS publication, originalScore AS stars, reviewText AS review
  FROM read_csv('{data}/sembench_movie/Reviews.csv', all_varchar = true);
CREATE TABLE news AS
  SELECT row_number() OVER () AS nr, title, description
  FROM read_csv('{data}/ag_news/test.csv', header = false, names = ['class', 'title', 'description']);
CREATE TABLE sms AS
  SELECT row_number() OVER () AS nr, body
  FROM read_csv('{data}/sms_spam/sms.tsv', header = false, delim = '\t', quote = '', names = ['label', 'body']);
CREATE TABLE waimai AS
  SELECT row_number() OVER () AS nr, review FROM read_csv('{data}/zh_waimai_10k/waimai_10k.csv');
CREATE TABLE questions AS
  SELECT row_number() OVER () AS nr, text FROM read_csv('{data}/banking77/test.csv');
CREATE TABLE essays AS
  SELECT id, text FROM read_json('{data}/long_reviews_panglee/reviews.jsonl');
-- A form that people leave empty: every fifth comment is NULL, every seventh blank.
CREATE TABLE form AS
  SELECT nr, CASE WHEN nr % 5 = 0 THEN NULL WHEN nr % 7 = 0 THEN '  ' ELSE body END AS comment
  FROM sms WHERE nr > 2000 AND nr <= 2300;

-- @query predicate
SELECT nr, review FROM reviews
WHERE movie = 'ant_man_and_the_wasp_quantumania' AND ai_filter(prompt('The review is positive: {0}', review));

-- @query predicate_behind_filters
SELECT nr, publication, review FROM reviews
WHERE top = 'True' AND day >= '2018-01-01' AND length(review) > 150
  AND ai_filter(prompt('The review criticises the length of the film: {0}', review));

-- @query join_small_table
SELECT m.title, r.review FROM reviews r JOIN movies m ON m.id = r.movie
WHERE m.genre LIKE '%Animation%' AND ai_filter(prompt('The review recommends the film for children: {0}', r.review));

-- @query join_two_values
SELECT m.title, r.nr FROM reviews r JOIN movies m ON m.id = r.movie
WHERE m.director = 'Quentin Tarantino' AND ai_filter(prompt('The review of the film "{0}" names its director: {1}', m.title, r.review));

-- @query two_predicates
SELECT nr, review FROM reviews
WHERE movie IN ('taken_3', 'joker_2019')
  AND ai_filter(prompt('The review is negative: {0}', review))
  AND ai_filter(prompt('The review mentions an actor: {0}', review));

-- @query three_predicates
SELECT nr, body FROM sms
WHERE nr <= 150
  AND ai_filter(prompt('The message is advertising: {0}', body))
  AND ai_filter(prompt('The message promises a prize: {0}', body))
  AND ai_filter(prompt('The message asks to call a number: {0}', body));

-- @query either_predicate
SELECT count(*) FROM news
WHERE nr <= 120 AND (ai_filter(prompt('The article is about a company: {0}', title))
  OR ai_filter(prompt('The article is about technology: {0}', title)));

-- @query classify_group_by
SELECT ai_classify(description, ['World', 'Sports', 'Business', 'Sci/Tech']) AS topic, count(*)
FROM news WHERE nr <= 180 GROUP BY topic ORDER BY 2 DESC;

-- @query classify_many_labels
SELECT text, ai_classify(text, ['card arrival', 'card linking', 'exchange rate', 'extra charge on statement', 'pending cash withdrawal',
  'fiat currency support', 'card delivery estimate', 'automatic top up', 'card not working', 'lost or stolen card', 'age limit', 'pin blocked',
  'contactless not working', 'top up by bank transfer charge', 'pending top up', 'cancel transfer', 'top up limits',
  'wrong amount of cash received', 'transfer not received', 'reverted card payment', 'verify my identity', 'getting a spare card',
  'change pin', 'country support', 'declined card payment', 'card swallowed', 'refund not showing up', 'edit personal details']) AS intent
FROM questions WHERE nr % 20 = 0;

-- @query several_labels
SELECT nr, ai_classify(review, ['story', 'acting', 'music', 'pictures'], {'output_mode': 'multi'}) AS about
FROM reviews WHERE movie = 'parasite_2019';

-- @query having
SELECT movie, count(*) AS reviews FROM reviews
WHERE movie IN ('dune_2021', 'the_batman', 'captain_marvel', 'avengers_endgame')
GROUP BY movie HAVING avg(ai_filter(prompt('The review is positive: {0}', review))::INT) > .5;

-- @query order_by_score_limit
SELECT nr, body FROM sms WHERE nr > 1000 AND nr <= 1200
ORDER BY ai_score(body, 'how urgently the writer needs an answer') DESC LIMIT 10;

-- @query limit_predicate
SELECT nr, review FROM reviews WHERE ai_filter(prompt('The review is clearly positive: {0}', review)) LIMIT 5;

-- @query limit_rare
SELECT nr, body FROM sms WHERE ai_filter(prompt('The message is spam: {0}', body)) LIMIT 20;

-- @query limit_column
SELECT title, ai_classify(title, ['war', 'sport', 'money', 'other']) AS topic FROM news ORDER BY nr LIMIT 40;

-- @query exists
SELECT m.title FROM movies m
WHERE m.genre LIKE '%Comedy%' AND EXISTS (SELECT 1 FROM reviews r
  WHERE r.movie = m.id AND r.top = 'True' AND ai_filter(prompt('The review calls the film funny: {0}', r.review)));

-- @query semi_join
SELECT title, director FROM movies
WHERE id IN (SELECT movie FROM reviews WHERE day >= '2022-06-01' AND ai_filter(prompt('The review complains about the special effects: {0}', review)));

-- @query distinct
SELECT DISTINCT ai_sentiment(review) FROM reviews WHERE movie = 'captain_marvel' OR movie = 'black_panther_2018';

-- @query complete_short
SELECT nr, ai_complete(prompt('Name the country that this news is about, in one word: {0}', description), {'max_tokens': 8}) AS country
FROM news WHERE nr > 500 AND nr <= 560;

-- @query complete_sentence
SELECT nr, ai_complete(prompt('Answer this customer of a bank in one friendly sentence: {0}', text), {'max_tokens': 60}) AS answer
FROM questions WHERE nr % 100 = 0;

-- @query complete_behind_predicate
SELECT nr, ai_complete(prompt('In at most five words, what does the critic dislike? {0}', review), {'max_tokens': 24}) AS dislike
FROM reviews WHERE movie = 'the_batman' AND ai_filter(prompt('The review is negative: {0}', review));

-- @query duplicates
SELECT ai_classify(publication, ['newspaper', 'magazine', 'website', 'radio or television']) AS kind, count(*)
FROM reviews WHERE top = 'True' GROUP BY kind;

-- @query nulls_and_blanks
SELECT nr, ai_sentiment(comment) AS mood FROM form;

-- @query long_texts
SELECT id, ai_filter(prompt('The review recommends the film: {0}', text)) AS recommends
FROM essays ORDER BY id LIMIT 14;

-- @query chinese_predicate
SELECT nr, review FROM waimai WHERE nr % 80 = 0 AND ai_filter(prompt('顾客抱怨送餐太慢：{0}', review));

-- @query chinese_group_by
SELECT ai_classify(review, ['味道', '配送', '服务', '价格']) AS topic, count(*) FROM waimai WHERE nr % 100 = 1 GROUP BY topic;

-- @before half_known
SELECT count(*) FROM news WHERE nr > 300 AND nr <= 400 AND ai_filter(prompt('The article is about sport: {0}', description));
-- @query half_known
SELECT title, ai_score(description, 'how important the event is') AS weight FROM news
WHERE nr > 300 AND nr <= 500 AND ai_filter(prompt('The article is about sport: {0}', description)) ORDER BY weight DESC;

-- @before half_known_complete
SELECT ai_complete(prompt('Write a headline of at most eight words: {0}', description), {'max_tokens': 30}) FROM news WHERE nr > 600 AND nr <= 630;
-- @query half_known_complete
SELECT ai_complete(prompt('Write a headline of at most eight words: {0}', description), {'max_tokens': 30}) FROM news WHERE nr > 600 AND nr <= 660;

-- @query several_calls
SELECT nr, ai_filter(prompt('The message is spam: {0}', body)) AS spam, ai_sentiment(body) AS mood,
  ai_classify(body, ['private', 'business']) AS kind
FROM sms WHERE nr > 3000 AND nr <= 3070;

-- @query case_when
SELECT nr, CASE WHEN ai_filter(prompt('The customer asks about a card: {0}', text))
  THEN ai_classify(text, ['lost', 'not arrived', 'does not work', 'other']) ELSE 'no card' END AS topic
FROM questions WHERE nr % 25 = 3;
