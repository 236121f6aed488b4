#include "cli/help.h"

namespace fathom {

// Texts begin on the line below their quote; [1] leaves that line break out.

std::string HelpText() {
  return &R"text(
fathom: SQL that asks a language model about every row. The model runs inside this program.

Usage
  fathom                             shell; end a statement with ';', leave with .quit
  fathom -c "SQL"                    run one statement (repeat -c for more)
  fathom query.sql                   run a file;  fathom < query.sql works too
  fathom models                      which models there are
  fathom model pull NAME|URL|PATH    install one
  fathom runs                        what was asked so far; every answer is kept and asked once
  fathom runs show|resume ID         one run in full; run it again, asking only what is missing
  fathom runs export [ID]            answers as JSON lines
  fathom runs prune --older-than DAYS | --max-size MEGABYTES
  fathom source list                 PostgreSQL, MySQL, SQLite, Excel, S3 and others
  fathom source add NAME|PATH        install one; fathom source remove NAME

Try
  fathom -c "SELECT * FROM 'messages.csv' LIMIT 5"
      files are tables: .csv, .parquet, .json, and folders of them ('data/*.csv')
  fathom -c "SELECT id, text FROM 'messages.csv'
             WHERE ai_filter(prompt('The customer wants a refund: {0}', text))"
  fathom -c "SELECT ai_classify(text, ['billing', 'delivery', 'other']) AS topic, count(*)
             FROM 'messages.csv' GROUP BY topic ORDER BY 2 DESC"
  fathom -c "SELECT id, ai_score(text, 'how angry the customer is') AS anger
             FROM 'messages.csv' ORDER BY anger DESC LIMIT 10" --format csv > angry.csv

The model's functions
  ai_filter(text)                    true or false
  ai_classify(text, labels)          one of the labels
  ai_score(text, criterion)          a number from 1 to 5
  ai_sentiment(text)                 positive, negative, neutral or mixed
  ai_summarize(text)                 a few sentences instead of it
  ai_translate(text, 'en', 'zh')     the same in another language
  ai_summarize_agg(text)             a few sentences about all texts of a group
  ai_agg(text, instruction)          an answer about all texts of a group
  ai_extract(text, fields)           the fields you declare, like 'vendor VARCHAR, total DOUBLE'
  ai_complete(text)                  an answer in words
  ai_count_tokens(text)              how long a text is for the model
  prompt('... {0} ... {1}', a, b)    builds the text from columns

Options
  -c, --command SQL      run SQL and leave
  -d, --database FILE    open or create a DuckDB database; without it tables live in memory
      --read-only        open the database without changing it
      --model NAME       the model that answers (SET ai_model = 'NAME' does it inside SQL)
      --ledger FILE      where answers are kept; default: $FATHOM_LEDGER, else
                         ~/.local/share/fathom/ledger.db ('' or SET ai_cache = false: nowhere)
      --threads N        threads for the model; default: every core this program may use
      --format FORMAT    box, csv, json, jsonlines or markdown;
                         default: box on a terminal, csv into a file or a pipe
      --rows N           a box shows at most N rows, 0 = all; default: 200 on a terminal, else all
  -q, --quiet            no progress bar, no summary line
      --version          versions of fathom and DuckDB, and how this CPU is used
  -h, --help             this text

Installing a model (fathom model pull)
      --as NAME          name it NAME; default: the file's name
      --sha256 HEX       accept the file only if it has this SHA-256
      --replace          replace an installed model of that name

Exit status: 0 done; 1 a statement or a download failed; 2 the command line is wrong; 130 Ctrl-C.
Results go to standard output, everything else to standard error.
Models, sources and downloads lie in $FATHOM_CACHE (default ~/.cache/fathom).
)text"[1];
}

std::string ShellHelpText() {
  return &R"text(
Type SQL and end it with ';'. It may span lines. Tab completes, Up brings back what you typed.
Ctrl-C drops what you are typing, or stops the running statement. Ctrl-D on an empty line leaves.

.help           this text
.mode [FORMAT]  shows or sets how results look: box, csv, json, jsonlines, markdown
.models         which models there are
.rows [N]       shows or sets how many rows a box may have; 0 = all
.tables         tables and views of the database
.quit           leaves

SET ai_model = 'NAME';   chooses the model
FROM 'file.csv';         shows a file: .csv, .parquet, .json; with its source .xlsx, https://, s3://
ATTACH 'file.db' AS db;  opens another database; fathom source list names the kinds
)text"[1];
}

}  // namespace fathom
