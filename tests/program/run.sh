#!/bin/sh
# SPDX-License-Identifier: MIT
# usage: run.sh PROGRAM
# The command-line program from outside: what it prints, what it writes, and how it fails.
set -eu
program=$1
scripts=$(cd "$(dirname "$0")/../../scripts" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fail() { echo "failed: $*" >&2; exit 1; }

holds() { grep -q -- "$2" "$1" || { cat "$1" >&2; fail "$1 does not hold: $2"; }; }

# refused MESSAGE COMMAND...: ends with status 2, says one line, and nothing on standard output.
refused() {
  message=$1
  shift
  status=0
  "$program" "$@" >out 2>err || status=$?
  [ $status -eq 2 ] || fail "status $status, not 2: $*"
  [ ! -s out ] || fail "standard output of a refusal: $*"
  [ "$(wc -l <err)" -eq 1 ] || { cat err >&2; fail "not one line on standard error: $*"; }
  holds err "$message"
}

"$program" generate --shape movielens-100k --seed 3 --to ratings.csv >out
holds out "100000 ratings by 943 users of 1682 items"
"$program" stats --ratings ratings.csv --json stats.json >out
holds out "^users  *943"
for key in users items ratings duplicates min max mean density gini_users gini_items; do
  holds stats.json "\"$key\":"
done
holds stats.json '"ratings": 100000'

"$program" train --ratings ratings.csv --holdout 0.2 --factors 8 --epochs 5 --save model --json train.json >out 2>err
[ ! -s err ] || fail "something on standard error, which is no terminal"
holds out "^global mean"
holds out "^bias only"
holds out "^asysvd"
for key in rmse mae ndcg@10 recall@10 precision@10 map@10 mrr@10 hit_rate@10 coverage@10 epochs stop_reason seconds \
  samples_per_second peak_rss_mib options lambda_x seed leave_one_out; do
  holds train.json "\"$key\":"
done
holds train.json '"stop_reason": "max_epochs"'
[ "$(ls | grep -c tmp)" -eq 0 ] || fail "a temporary file was left"

# The same seed gives the same model, another one another.
"$program" train --ratings ratings.csv --holdout 0.2 --factors 8 --epochs 5 --save again >out
cmp -s model again || fail "the same command gave another model"
"$program" train --ratings ratings.csv --holdout 0.2 --factors 8 --epochs 5 --seed 7 --save other >out
cmp -s model other && fail "another seed gave the same model"

# A fit goes on out of a file as if it had never stopped.
head -n 60000 ratings.csv >some.csv
fit="train --ratings some.csv --holdout 0.2"
"$program" $fit --factors 20 --epochs 4 --json whole.json >out
"$program" $fit --factors 20 --epochs 2 --save part --resumable >out
"$program" $fit --epochs 2 --resume part --save part --json part.json >out
[ "$(grep '"rmse"' whole.json)" = "$(grep '"rmse"' part.json)" ] || fail "a fit that went on has another error"
holds part.json '"epoch": 4'
"$program" train --ratings ratings.csv --epochs 1 --resume part --save grown >out
holds out "was saved without --resumable"
holds out "100000 ratings of"
refused "--factors is not for --resume" train --ratings some.csv --resume part --epochs 1 --factors 3
refused "--resume needs --epochs" train --ratings some.csv --resume part
refused "--resumable needs --save" train --ratings some.csv --resumable

# Nor does an interruption make a difference, whenever it comes.
fit="train --ratings some.csv --factors 40 --epochs 30 --validation 0.1 --refit --patience 5"
"$program" $fit --save whole >out
for _ in 1 2 3 4 5 6; do
  timeout -s KILL 0.3 "$program" $fit --checkpoint kept --save part >out 2>&1 && break
done
"$program" $fit --checkpoint kept --save part >out
cmp -s whole part || fail "a fit that was interrupted gave another model"
[ ! -e kept ] || fail "a checkpoint was left"
timeout -s KILL 0.3 "$program" $fit --checkpoint kept >out 2>&1 || true
if [ -e kept ]; then
  refused "the state of this fit" $fit --seed 3 --checkpoint kept
  refused "the state of this fit" $fit --shards 2 --checkpoint kept
fi
rm -f kept*
refused "expected" $fit --checkpoint ratings.csv

# Converted ratings are the same ratings, for every command.
"$program" convert --ratings ratings.csv --to ratings.safetensors --json convert.json >out
holds out "^100000 ratings of 1[0-9]* items by 943 users"
holds convert.json '"bytes":'
"$program" stats --ratings ratings.safetensors --json converted.json >out
cmp -s stats.json converted.json || fail "converted ratings have other statistics"
"$program" train --ratings ratings.safetensors --holdout 0.2 --factors 8 --epochs 5 --save again >out
cmp -s model again || fail "converted ratings gave another model"
"$program" train --ratings ratings.csv --test ratings.safetensors --factors 4 --epochs 1 >out
holds out "^100000 ratings to test on, 0 by unknown users, 0 of unknown items"
"$program" convert --threads 3 --ratings ratings.csv --to threads.safetensors >out
cmp -s ratings.safetensors threads.safetensors || fail "three threads read other ratings"
head -c 100000 ratings.safetensors >cut.safetensors
refused "offsets inside the file" stats --ratings cut.safetensors

# Converted ratings are learned from where they are: with less memory of the program's own than they take, beside what it
# takes anyway.
"$program" generate --shape movielens-1m --to million.csv >out
"$program" convert --ratings million.csv --to million.safetensors >out
fit="train --factors 4 --members 1 --epochs 1"
limit=2000 # KiB
until (ulimit -d $limit && "$program" $fit --ratings ratings.safetensors) >out 2>&1 || [ $limit -gt 20000 ]; do
  limit=$((limit + 1000))
done
limit=$((limit + 4000))
if (ulimit -d $limit && "$program" --version && ! "$program" $fit --ratings million.csv) >out 2>&1; then
  [ "$(wc -c <million.safetensors)" -gt 8000000 ] || fail "the ratings are not larger than memory"
  (ulimit -d $limit && "$program" $fit --ratings million.safetensors --save mapped) >out || fail "ratings were copied"
  "$program" $fit --ratings million.csv --save held >out
  cmp -s mapped held || fail "mapped ratings gave another model"
else
  echo "memory can't be limited here: ratings larger than it were left out"
fi

# The number of threads changes nothing.
"$program" train --ratings ratings.csv --factors 40 --members 3 --epochs 2 --save one >out
"$program" train --ratings ratings.csv --factors 40 --members 3 --epochs 2 --threads 3 --save three >out
cmp -s one three || fail "three threads gave another model"

# Two shards give another model, which is as good and does not depend on the threads either.
"$program" train --ratings ratings.csv --test ratings.csv --factors 8 --members 1 --shards 2 --threads 2 \
  --json sharded.json --save two >out
holds sharded.json '"shards": 2'
"$program" train --ratings ratings.csv --factors 8 --members 1 --shards 2 --save one >out
cmp -s one two || fail "two threads gave another model of two shards"
"$program" train --ratings ratings.csv --test ratings.csv --factors 8 --members 1 --json whole.json >out
errors=$(grep -h '^  "rmse":' sharded.json whole.json | tr -dc '0-9.\n')
echo $errors | awk '{ exit !(NF == 2 && $1 != $2 && ($1 - $2) ^ 2 < 0.01 ^ 2) }' || fail "two shards erred by $errors"
refused "expected 1 or 2" train --ratings ratings.csv --shards 3

# The epochs are chosen on ratings that are set aside, and the model can be learned again with them.
"$program" train --ratings ratings.csv --holdout 0.2 --factors 8 --epochs 30 --learning-rate 0.05 --averaging 1 \
  --validation 0.1 --patience 2 --refit --json early.json --save early >out
holds early.json '"stop_reason": "early_stopped"'
holds early.json '"validation_rmse":'
refused "needs --validation" train --ratings ratings.csv --refit

# By any metric: a model of another epoch, whose figure is the one that the program prints for the same ratings.
for metric in mae ndcg@10 recall@20; do
  "$program" train --ratings ratings.csv --factors 8 --epochs 12 --validation 0.1 --metric $metric --threads 2 \
    --json metric.json --save metric >out
  holds metric.json "\"metric\": \"$metric\""
  [ "$(grep -c "\"validation_$metric\":" metric.json)" -eq 12 ] || fail "$metric was not measured after each epoch"
  best=$(sed -n 's/^  "best_epoch": \([0-9]*\),/\1/p' metric.json)
  order=-rn
  [ $metric = mae ] && order=-n
  first=$(sed -n "s/.*\"validation_$metric\": \([0-9.e-]*\).*/\1/p" metric.json | cat -n | sort $order -k 2,2 | head -1)
  [ "$(echo "$first" | awk '{print $1}')" -eq "$best" ] || fail "epoch $best is not the best by $metric"
done
refused "needs --validation" train --ratings ratings.csv --metric mae
refused "minimum-change needs --validation" train --ratings ratings.csv --minimum-change 0.1
refused "validate-every needs --validation" train --ratings ratings.csv --validate-every 2
refused "such as ndcg@10" train --ratings ratings.csv --validation 0.1 --metric ndcg
refused "such as ndcg@10" train --ratings ratings.csv --validation 0.1 --metric ndcg@0
refused "is not for --objective ranking" train --ratings ratings.csv --objective ranking --metric mae

"$program" cross-validate --ratings ratings.csv --folds 3 --factors 4 --epochs 2 --json folds.json >out
holds out "^   3      33333"
holds out "^asysvd          RMSE"
holds folds.json '"rmse_deviation":'
"$program" cross-validate --fold ratings.csv new.csv --fold ratings.csv ratings.csv --factors 2 --epochs 1 >out 2>err &&
  fail "a fold whose file is missing"
refused "is required" cross-validate
printf '1\t1\t5\n1\t2\t4\n' >two.tsv
refused "folds 3: expected at most 2, the number of ratings in two.tsv" cross-validate --ratings two.tsv --folds 3

# Older ratings count less.
printf 'user,item,rating,timestamp\n1,1,5,0\n1,2,4,86400\n2,1,3,172800\n2,2,1,0\n' >timed.csv
"$program" train --ratings timed.csv --factors 2 --epochs 2 --half-life 1 --save timed >out
"$program" train --ratings timed.csv --factors 2 --epochs 2 --save untimed >out
cmp -s timed untimed && fail "the half-life changed nothing"
refused "has no timestamps" train --ratings ratings.csv --half-life 5
printf 'user,item,rating,timestamp\n1,1,5,1699999999999\n1,2,4,1700000000000\n' >milliseconds.csv
refused "expected seconds since 1970, not milliseconds" train --ratings milliseconds.csv --half-life 5

# What users turned to besides what they rated makes another model, and is served and explained.
"$program" generate --shape movielens-100k --seed 5 --to "seen it.csv" >out
"$program" train --ratings ratings.csv --implicit "seen it.csv" --factors 4 --epochs 2 --save wide --json wide.json >out
holds out "^100000 entries of implicit feedback beside them"
holds wide.json '"implicit": "seen it.csv"'
"$program" train --ratings ratings.csv --factors 4 --epochs 2 --save narrow >out
cmp -s wide narrow && fail "implicit feedback changed nothing"
"$program" explain --model wide --ratings ratings.csv --implicit "seen it.csv" --user 7 --item 5 --json why.json >out
holds out "because item [0-9]* was not rated"
holds why.json '"rating": null'
"$program" evaluate --model wide --ratings ratings.csv --implicit "seen it.csv" --test ratings.csv --json wide.json >out
"$program" evaluate --model wide --ratings ratings.csv --test ratings.csv --json narrow.json >out
[ "$(grep '"rmse"' wide.json)" != "$(grep '"rmse"' narrow.json)" ] || fail "implicit feedback plays no part in serving"
"$program" cross-validate --ratings ratings.csv --implicit "seen it.csv" --folds 2 --factors 2 --epochs 1 >out
"$program" tune --ratings ratings.csv --implicit "seen it.csv" --format csv --factors 2 --budget 0.001 \
  --validation-folds 1 >out
holds out "^asysvd train --ratings ratings.csv --format csv --implicit 'seen it.csv' --factors"
eval "\"$program\" $(sed -n 's/^asysvd //p' out)" >/dev/null
refused "unless the feedback policy has implicit feedback" train --ratings ratings.csv --implicit ratings.csv \
  --feedback explicit
refused "is not for --objective ranking" train --ratings ratings.csv --implicit ratings.csv --objective ranking
printf 'user,item,rating\n1,1,5\n1,2,1\n2,1,4\n' >three.csv
printf 'user,item\n1,3\n9,1\n' >clicks.csv # an item and a user that no rating knows
"$program" train --ratings three.csv --implicit clicks.csv --factors 2 --epochs 1 >out
holds out "^3 ratings of 3 items by 3 users"
holds out "^2 entries of implicit feedback"

# Ratings to test on are drawn as the protocol says.
"$program" generate --shape movielens-100k --seed 4 --to whole.csv >out
awk -F, 'NR == 1 { print $0 ",timestamp"; next } { print $0 "," (NR * 7919) % 100003 }' whole.csv >when.csv
# tested FILE NUMBER OPTIONS...: so many ratings are tested on.
tested() {
  file=$1 number=$2
  shift 2
  "$program" train --ratings "$file" --factors 2 --epochs 1 --json protocol.json "$@" >out
  holds out "^$number ratings to test on"
}
tested when.csv 20000 --protocol random --holdout 0.2
holds protocol.json '"protocol": "random"'
tested when.csv 943 --protocol leave-one-out
holds protocol.json '"protocol": "leave-one-out"'
tested whole.csv 943 --protocol leave-one-out
tested when.csv 10000 --protocol by-time --holdout 0.1 --half-life 1
"$program" train --ratings when.csv --factors 2 --epochs 1 --holdout 0.2 --protocol new-users --json strangers.json >out
holds strangers.json '"ranked_users": 189'
"$program" train --ratings when.csv --objective ranking --dropout 0.5 --ridge 50 --factors 2 --holdout 0.2 \
  --protocol new-users --json strangers.json >out
holds strangers.json '"ranked_users": 189'
printf 'user,item,rating,timestamp\n1,1,5,9\n1,2,1,3\n2,1,5,1\n2,2,3,2\n' >four.csv
tested four.csv 1 --protocol by-time --holdout 0.25
holds out "^asysvd"
refused "the ratings have no timestamps" train --ratings whole.csv --protocol by-time --holdout 0.2
refused "protocol new-users needs --holdout" train --ratings whole.csv --protocol new-users
refused "is not for --protocol leave-one-out" train --ratings whole.csv --protocol leave-one-out --holdout 0.2
refused "excludes" train --ratings whole.csv --test whole.csv --protocol leave-one-out
refused "excludes" train --ratings ratings.csv --objective ranking --threshold 4 --weighted
refused "--ratings is required" train "" --json - # which the parser of options may take for a command without a name

"$program" tune --ratings ratings.csv --factors 4 --members 2 --budget 1 --validation-folds 1 --state state.jsonl \
  --json tuned.json >out
holds out "^asysvd train --ratings ratings.csv --factors"
holds tuned.json '"curve":'
if command -v gnuplot >err && command -v python3 >err; then
  "$scripts/plot_tuning.py" tuned.json curve.svg
  holds curve.svg "least validation RMSE"
fi
eval "\"$program\" $(sed -n 's/^asysvd //p' out)" >/dev/null
printf '{"round": 7, "dr' >>state.jsonl # as a search that was killed leaves it
"$program" tune --ratings ratings.csv --factors 4 --members 2 --budget 0.1 --validation-folds 1 --state state.jsonl >out
holds out "^going on from"
refused "other ratings or with other options" tune --ratings ratings.csv --factors 5 --budget 1 --state state.jsonl
# As many ratings, but others.
refused "other ratings or with other options" tune --ratings whole.csv --factors 4 --members 2 --budget 1 \
  --validation-folds 1 --state state.jsonl
printf '1,1,5\n1,2,4\n2,1,3\n' >three.csv
refused "number of ratings is 3; expected at least 10, one for each fold" tune --ratings three.csv --budget 1
refused "not expected: 2 --epochs" tune --ratings ratings.csv --epochs 2
# What was found is not lost, however short the search that goes on.
lines=$(wc -l <state.jsonl)
"$program" tune --ratings ratings.csv --factors 4 --members 2 --budget 0.001 --validation-folds 1 --state state.jsonl >out
[ "$(wc -l <state.jsonl)" -ge "$lines" ] || fail "trials were lost"
least=$(sed -n 's/.*"rmse":\([0-9.]*\).*/\1/p' state.jsonl | sort -n | head -1 | cut -c 1-6)
holds out "^  $least"
# What it prints trains with the options that it measured, to the last digit.
"$program" tune --ratings ratings.csv --factors 4 --budget 0.001 --validation-folds 1 --learning-rate 0.0123456789 \
  --rating-unit 1.5 --json tuned.json >out
eval "\"$program\" $(sed -n 's/^asysvd //p' out) --json trained.json" >/dev/null
for file in tuned trained; do
  sed -n '/^  "options"/,/^  }/p' $file.json |
    grep '"\(factors\|members\|epochs\|learning_rate\|averaging\|lambda_x\|whole_lambda_q\|rating_unit\)":' |
    tr -d ' ,' >$file.options
done
[ "$(wc -l <tuned.options)" -eq 8 ] || fail "not all options are in tuned.json"
cmp -s tuned.options trained.options || fail "the printed command has other options than the best trial"

# A scale of another width learns as well.
sed 's/\([0-9]*\),\([0-9]*\),\([0-9.]*\)/\1,\2,\30/' ratings.csv >wide.csv
"$program" train --ratings wide.csv --holdout 0.2 --factors 8 --epochs 5 --json wide.json >out
holds wide.json '"rating_unit": [789]'
holds wide.json '"stop_reason": "max_epochs"'

# Every choice of feedback, sampler and shrinking learns and can be served.
for feedback in full explicit implicit raw; do
  for sampler in by-user sequential shuffled uniform; do
    "$program" train --ratings ratings.csv --feedback $feedback --sampler $sampler --factors 3 --epochs 1 \
      --shrink per-sample --leave-one-out off --save model.$feedback >out
  done
  "$program" recommend --model model.$feedback --ratings ratings.csv --user 5 --top 2 >out
  holds out "^   2 "
done

item=$(sed -n '$p' ratings.csv | cut -d, -f2)
printf 'movieId,title\n%s,"Alpha, the first"\n' "$item" >titles.csv
"$program" recommend --model model --ratings ratings.csv --user 5 --top 1682 --titles titles.csv --json - >out 2>err
holds out "Alpha, the first"
"$program" explain --model model --ratings ratings.csv --user 5 --item $item --titles titles.csv --json why.json >out
holds out "^Alpha, the first for user 5"
holds out "without it"
holds why.json '"shares":'
holds why.json '"without":'
if command -v python3 >err; then  # the shares that move the prediction most come first, either way, and add up to it
  python3 - why.json <<'END' || fail "the shares are out of order, or do not add up"
import json, sys
why = json.load(open(sys.argv[1]))
sizes = [abs(share["share"]) for share in why["shares"]]
total = why["bias"] + sum(share["share"] for share in why["shares"])
sys.exit(not (sizes == sorted(sizes, reverse=True) and abs(total - why["prediction"]) < 1e-4))
END
fi
# Without an item, what drives the list that would be recommended.
rater=$(sed -n '$p' ratings.csv | cut -d, -f1)
"$program" recommend --model model --ratings ratings.csv --user $rater --top 3 --json list.json >out
"$program" explain --model model --ratings ratings.csv --user $rater --top 3 --titles titles.csv --json drivers.json >out
holds out "^what is recommended to user $rater"
holds out "because Alpha, the first was rated"
scores() { grep -o '"score": [0-9.]*' "$1"; }
[ "$(scores drivers.json | wc -l)" -eq 3 ] || fail "not three recommendations are explained"
[ "$(scores drivers.json)" = "$(scores list.json)" ] || fail "another list is explained"
refused "excludes" explain --model model --ratings ratings.csv --user 5 --item $item --top 3

# Ratings are told as they were written, not as the float next to it.
awk -F, '$1 < 100 { print $1 "\t" $2 "\t" $3 / 10 - 0.4 }' ratings.csv >tenths.tsv
"$program" stats --ratings tenths.tsv --json tenths.json >out
holds out "^values  *-0.3 to 0.1, mean"
holds tenths.json '"min": -0.3,'
"$program" train --ratings tenths.tsv --factors 2 --epochs 1 --save tenths >out
"$program" recommend --model tenths --ratings tenths.tsv --top 1 --json list.json >out
grep '"rating": -\?0\.' list.json >out || fail "a recommendation rests on no rating"
if grep -v '"rating": -\?0\.[0-3],' out; then fail "ratings with more places than were written"; fi

"$program" similar --model model --item $item --top 4 --titles titles.csv --json similar.json >out
holds out "^like Alpha, the first"
holds out "^   4 "
holds similar.json '"score":'

# Pictures are well-formed, and say what they show; titles are shown to the letter, whatever they would mean to gnuplot.
# texts FILE: all that is written in a picture, a line each.
texts() {
  PYTHONIOENCODING=utf-8 python3 -c 'import sys, xml.dom.minidom
for text in xml.dom.minidom.parse(sys.argv[1]).getElementsByTagName("text"): print(text.firstChild.data)' "$1" >out
}
if command -v gnuplot >err && command -v python3 >err; then
  "$program" plot ratings --ratings ratings.csv --to picture.svg
  texts picture.svg
  for rating in 1 2 3 4 5; do holds out "^ *$rating$"; done
  awk 'BEGIN { print "user,item,rating"; for (i = 1; i <= 200; ++i) print i % 9 "," i "," i / 8 }' >fine.csv
  "$program" plot ratings --ratings fine.csv --to - >picture.svg
  texts picture.svg
  "$program" plot popularity --ratings ratings.csv --to picture.svg
  texts picture.svg
  for curve in items users; do holds out "^$curve$"; done
  for source in "--result early.json" "--model early"; do
    "$program" plot curves $source --to picture.svg
    texts picture.svg
    for curve in "training RMSE" "training RMSE, refit" "validation RMSE" "best epoch"; do holds out "^$curve$"; done
  done
  "$program" plot curves --result metric.json --to picture.svg
  refused "--result or --model is required" plot curves --to other.svg
  texts picture.svg
  holds out "^validation recall@20$"
  "$program" plot curves --model metric --to picture.svg
  texts picture.svg
  holds out "^validation metric$"
  "$program" plot map --model model --ratings ratings.csv --titles titles.csv --labels 1682 --to picture.svg
  texts picture.svg
  holds out "% of the spread$"
  holds out "^item [0-9]*$"

  printf 'user,item,rating\n1,1,5\n1,2,3\n2,1,4\n2,3,1\n3,1,4\n4,4,1\n4,5,2\n' >few.csv
  "$program" train --ratings few.csv --factors 2 --epochs 1 --save few >out
  {
    printf '1\t'\''; !touch hurt; '\''\n2\t"`touch hurt`" @x $(:)\n3\tJos\351 \\n {/Bold a_b} <&%%d#\\\n'
    printf '4\t\357\277\277|touch hurt\001\n5\t2001: A Space Odyssey, and all that comes after it\n'
  } >hostile.tsv
  "$program" plot map --model few --ratings few.csv --titles hostile.tsv --to picture.svg
  texts picture.svg
  for title in "'; !touch hurt; '" '"`touch hurt`" @x $(:)' 'José \n {/Bold a_b} <&%d#\' ' |touch hurt' \
    "2001: A Space Odyssey, and all …"; do
    grep -qF -- "$title" out || { cat out >&2; fail "the picture does not say: $title"; }
  done
  [ ! -e hurt ] || fail "a title was run"
  [ "$(grep -c "<use xlink:href='#gpPt6'.*opacity" picture.svg)" -eq 5 ] || fail "not a point for each item"
  "$program" plot map --model few --ratings few.csv --titles hostile.tsv --labels 0 --to bare.svg
  texts bare.svg
  grep -q touch out && fail "a label that was not asked for"

  cp picture.svg before.svg
  refused "no-such-file" plot ratings --ratings no-such-file --to picture.svg
  refused "it holds no history" plot curves --result similar.json --to picture.svg
  refused "it holds no history" plot curves --result few.csv --to picture.svg
  "$program" train --ratings few.csv --objective ranking --ridge 1 --factors 2 --save ranked >out
  refused "the model keeps no report of a fit" plot curves --model ranked --to picture.svg
  printf 'user,item,rating\n1,99999,5\n' >foreign.csv
  refused "it rates no item that the model knows" plot map --model few --ratings foreign.csv --to picture.svg
  cmp -s picture.svg before.svg || fail "a plot that failed left something else"
else
  echo "gnuplot or python3 is not here: pictures were left out"
fi
PATH=/nowhere "$program" plot ratings --ratings ratings.csv --to missing.svg >out 2>err && fail "a plot without gnuplot"
holds err "drawn by gnuplot, which can't be run"
[ ! -e missing.svg ] || fail "a picture without gnuplot"
refused "there is no folder" plot ratings --ratings ratings.csv --to missing/picture.svg
refused "not known: bogus" plot bogus

# A model out of a file is measured as it was after the fit.
head -n 80001 ratings.csv >some.csv
{ head -n 1 ratings.csv; tail -n 20000 ratings.csv; } >others.csv
"$program" train --ratings some.csv --test others.csv --factors 8 --epochs 5 --save some --json some.json >out
"$program" evaluate --model some --ratings some.csv --test others.csv --cutoffs 5,10 --json evaluated.json >out
holds evaluated.json '"served_by": "user"'
for key in rmse mae ndcg@10 recall@10 coverage@10 unknown_users; do
  [ "$(grep "^ *\"$key\":" some.json)" = "$(grep "^ *\"$key\":" evaluated.json)" ] || fail "$key differs"
done
holds evaluated.json '"ndcg@5":'
"$program" evaluate --model some --ratings some.csv --test others.csv --cutoffs 5 --auc --bootstrap 100 --groups 20,100 \
  --threads 2 --json more.json >out
for key in auc ndcg_interval@5 f1@5 novelty@5 gini_diversity_to_training@5 shortest_profile; do
  holds more.json "\"$key\":"
done
[ "$(grep '^  "ndcg@5":' more.json)" = "$(grep '^  "ndcg@5":' evaluated.json)" ] || fail "two threads rank otherwise"
"$program" evaluate --model some --ratings others.csv --test some.csv --json strangers.json >out
holds strangers.json '"served_by": "profile"'
refused "0 is not a whole number of at least 1" evaluate --model some --ratings some.csv --test others.csv --cutoffs 0

# A model for ranking: its ridge and popularity exponent are chosen if they are not given; it serves as any other.
"$program" train --ratings ratings.csv --holdout 0.2 --objective ranking --factors 8 --save ranker --json ranker.json >out
holds out "^   ridge exponent"
holds ranker.json '"ndcg@10":'
holds ranker.json '"objective": "ranking"'
holds ranker.json '"chosen_by":'
"$program" train --ratings some.csv --test others.csv --objective ranking --factors 8 --dropout 0.5 --ridge 50 \
  --threshold 3.5 --save ranker --json ranker.json >out
holds ranker.json '"feedback": "at_least(3.5)"'
"$program" evaluate --model ranker --ratings some.csv --test others.csv --cutoffs 10 --json evaluated.json >out
[ "$(grep '"ndcg@10":' ranker.json)" = "$(grep '"ndcg@10":' evaluated.json)" ] || fail "another NDCG out of the file"
"$program" recommend --model ranker --ratings ratings.csv --user 5 --top 2 >out
holds out "^   2 "
refused "is not for --objective ranking" train --ratings ratings.csv --objective ranking --epochs 3
refused "needs --objective ranking" train --ratings ratings.csv --ridge 3
refused "dropout is 1" train --ratings ratings.csv --objective ranking --dropout 1

# Somebody who came after training, with an item that the model does not know.
printf 'user,item,rating\nnew,%s,5\nnew,99999,3\n' "$item" >new.csv
"$program" recommend --model model --ratings new.csv --user new --top 3 >out
holds out "who rated 1 items that the model knows"

refused "no-such-file" stats --ratings no-such-file
printf 'user,item,rating\n1,2,5\n1,3,x\n' >bad.csv
refused "bad.csv:3:5: expected" stats --ratings bad.csv
refused "factors" train --ratings ratings.csv --factors 0
refused "learning_rate" train --ratings ratings.csv --learning-rate -1
refused "--nonsense" train --ratings ratings.csv --nonsense
refused "diverged in epoch" train --ratings ratings.csv --learning-rate 9
refused "not in ratings.csv" recommend --model model --ratings ratings.csv --user nobody
refused "the model does not know it" similar --model model --item 99999
refused "the model does not know it" explain --model model --ratings ratings.csv --user 5 --item 99999
refused "expected" recommend --model ratings.csv --ratings ratings.csv --user 5
refused "not known: bogus" bogus
refused "not known: --rating" train --rating ratings.csv
refused "0 is not a whole number" similar --model some --item 1 --top 0
refused "0 is not a number above 0" train --ratings ratings.csv --half-life 0
refused "is a folder" train --ratings ratings.csv --json .
refused "is a folder" train --ratings ratings.csv --save .
refused "the same file" train --ratings ratings.csv --save one --json ./one
cp ratings.csv kept.csv
ln -s kept.csv linked.csv
refused "ratings and --save name the same file, ./kept.csv" train --ratings kept.csv --save ./kept.csv
refused "ratings and --checkpoint name the same file" train --ratings kept.csv --checkpoint linked.csv
refused "test and --json name the same file" train --ratings ratings.csv --test kept.csv --json kept.csv
refused "ratings and --to name the same file" convert --ratings kept.csv --to linked.csv
refused "ratings and --state name the same file" tune --ratings kept.csv --state kept.csv
refused "ratings and --to name the same file" plot ratings --ratings kept.csv --to kept.csv
refused "fold and --json name the same file" cross-validate --fold ratings.csv kept.csv --json kept.csv
cmp -s ratings.csv kept.csv || fail "a file that was to be read was written"
refused "no regular file" train --ratings ratings.csv --save /dev/null
refused "no regular file" train --ratings ratings.csv --save -
refused "a file needs a name" train --ratings ratings.csv --save ""
refused "there is no folder" generate --to missing/ratings.csv
refused "there is no folder" convert --ratings ratings.csv --to missing/ratings
if [ "$(id -u)" -ne 0 ]; then  # who may write anything
  mkdir closed
  chmod a-w closed
  refused "no file may be written" train --ratings ratings.csv --save closed/model
  cp ratings.csv closed.csv
  chmod a-w closed.csv
  refused "closed.csv may not be written" train --ratings ratings.csv --json closed.csv
fi

# Factors and recommendations as CSV: as many lines as there are, and the same lists that one user gets.
users=$(sed 1d ratings.csv | cut -d, -f1 | sort -u | wc -l)
items=$(sed 1d ratings.csv | cut -d, -f2 | sort -u | wc -l)
"$program" export --model model --ratings ratings.csv --items items.csv --users users.csv --recommendations lists.csv \
  --top 3 >out
holds out "^$users lists of recommendations in lists.csv"
[ "$(wc -l <items.csv)" -eq $((items + 1)) ] || fail "not one line for each item"
[ "$(wc -l <users.csv)" -eq $((users + 1)) ] || fail "not one line for each user"
[ "$(wc -l <lists.csv)" -eq $((3 * users + 1)) ] || fail "not three lines for each user"
holds users.csv "^user,offset,p1,"
listed=$(sed -n 's/^5,[123],\([0-9]*\),.*/\1/p' lists.csv)
"$program" recommend --model model --ratings ratings.csv --user 5 --top 3 --json list.json >out
[ "$(sed -n 's/^      "item": "\([0-9]*\)".*/\1/p' list.json)" = "$listed" ] || fail "another list was exported"
refused "is required" export --model model
refused "need --ratings" export --model model --users users.csv
printf 'user,item,rating\nsomebody,1,5\n' >newcomer.csv
refused "not trained on" export --model model --ratings newcomer.csv --users users.csv
refused "users and --items name the same file" export --model model --ratings ratings.csv --items new --users new

# What goes to standard output is all that is there.
"$program" stats --ratings ratings.csv --json - >out 2>err
cmp -s out stats.json || fail "standard output is not the JSON alone"
holds err "^users  *943"
"$program" generate --shape movielens-100k --seed 3 --to - >out 2>err
cmp -s out ratings.csv || fail "standard output is not the ratings alone"

# What makes figures worth less than they look is said.
printf '1,1\n1,2\n2,1\n2,3\n' >pairs.csv
"$program" train --ratings pairs.csv --factors 2 --epochs 1 >out
holds out "^all ratings are 1:"
"$program" train --ratings four.csv --test four.csv --factors 2 --epochs 1 --json both.json >out
holds out "^4 of the ratings to test on are of items that the same user rated in training"
holds both.json '"test_ratings_in_training": 4'
holds train.json '"test_ratings_in_training": 0'
"$program" stats --ratings four.csv --json when.json >out
holds out "^timestamps  *1 to 9"
holds when.json '"last_timestamp": 9'
refused "there is no folder" train --ratings ratings.csv --json missing/result
printf 'user,item,rating\n' >none.csv
for command in stats train; do refused "none.csv: it holds no ratings" $command --ratings none.csv; done
refused "none.csv: it holds no ratings" train --ratings ratings.csv --test none.csv
refused "0 to test on" train --ratings ratings.csv --holdout 0.000001
printf 'user,item,grad\n1,1,5\n' >unknown.csv
refused "unknown.csv:1:11: expected a column of ratings" stats --ratings unknown.csv

# Ids of any bytes: what is no UTF-8 is replaced in JSON.
printf 'user,item,rating\nJos\351,1,5\nJos\351,2,3\nAna,1,4\nAna,3,2\nAna,3,1\n' >latin.csv
"$program" train --ratings latin.csv --factors 2 --epochs 1 --save latin --json train.json >out
holds out "^1 ratings were dropped for a later one"
holds train.json '"duplicates": 1'
"$program" recommend --model latin --ratings latin.csv --user "$(printf 'Jos\351')" --json latin.json >out
holds latin.json '"user": "Jos'

# How different the items of a list are, by given features.
awk -F, 'NR > 1 && !seen[$2]++ { print $2 "," ($2 % 7 ? "drama" : "war") }' ratings.csv >features.csv
"$program" evaluate --model narrow --ratings ratings.csv --test "seen it.csv" --features features.csv --json lists.json >out
holds lists.json '"intra_list_diversity@10": 0.[0-9]'
"$program" evaluate --model narrow --ratings ratings.csv --test "seen it.csv" --json lists.json >out
grep -q intra_list lists.json && fail "a diversity that was not asked for"

refused "there is no folder" train --ratings ratings.csv --epochs 1 --factors 2 --save missing/model
refused "patience" train --ratings ratings.csv --patience 3
refused "subcommand" ""
"$program" --help >out
holds out "recommend"
"$program" --version >out
holds out "^[0-9]*\.[0-9]*\.[0-9]*$"
echo "the program behaves"
