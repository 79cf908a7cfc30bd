/** What `--help` says. */

export const help = `Trains one network for several tasks, without a browser.

  npm run train -- [FILE] --out DIR [options]
  npm run train -- --resume DIR [--steps N] [options]
  npm run train -- sweep FILE --out DIR [options]
  npm run train -- twin [FILE] --out DIR [--equal steps|flops] [options]
  npm run train -- race [FILE] --methods A,B,… --out DIR [--turn N] [options]
  npm run train -- race --resume DIR --methods A,B,… --out DIR [options]
  npm run train -- find-rate [FILE] --out DIR [--steps N] [options]
  npm run train -- ensemble DIR DIR… --out DIR [--split test|validation] [--predict]
  npm run train -- [FILE] --data PATH --out DIR [options]
  npm run train -- look PATH [--json]

FILE is an experiment (*.trunkline.json, or experiment.json of an earlier run), or weights to go on from
(*.safetensors or *.zip). Without one it trains LeNet, on the pictures of --data or on Multi-Fashion.

  sweep                many runs that differ as FILE says: a grid, at random, or listed
  twin                 all tasks together, then each task alone, and what sharing gains: Δm
  race                 several multi-task methods from the same weights, in turn; with --resume from that run's checkpoint
  find-rate            a learning-rate range test of N steps (100), and the rates that it suggests
  ensemble             combines the runs of several folders, each a member with its best weights, or with its last ones
                       where DIR/checkpoint.safetensors is given instead
  look                 prints what --data PATH would import, and imports nothing; --json for programs

  --out DIR            folder for the results; made if missing
  --resume DIR         go on with the run of that folder, from its checkpoint, and write there unless --out says otherwise
  --steps N            how many steps to train, instead of what the experiment says; with --resume, how many more
  --epochs N           the same in epochs
  --stop-after N       stop after N steps, as by Ctrl+C: the run can be resumed
  --repeat N           train with N seeds, from --seed or the experiment's on, each in DIR/seed-S, and average the scores
  --seed S             seed instead of the experiment's
  --equal WHAT         a twin trains as many steps (the default), or with as many flops
  --methods A,B,…      the methods of a race, by their ids: equal,mgda,pcgrad
  --turn N             steps that each of a race trains before the next one's turn; a tenth of the run if left out
  --split PART         what an ensemble is scored on: test (the default) or validation
  --backend NAME       webgpu (the default; a software driver or the CPU where there is no GPU) or cpu
  --predict PART       also write predictions for the test or the validation part; of an ensemble, without PART, for its own
  --no-tuning          keep to the first variant of every kernel, in case another one is to blame for something
  --quiet              say nothing unless something is wrong
  --help               this text

Pictures of your own, with every command:
  --data PATH          a folder, an archive, a file, or the *.trunkline-data.json that the page saves; several make a union
  --task COLUMN:KIND   classification, multi-label, regression or ignore, instead of what is guessed
  --answer COLUMN=-1:no|missing
                       what -1 (or 0) means where that must be asked
  --pattern TEXT       labels in file names: "{age}_{gender}_*.jpg"
  --image-size N|WxH   16 to 512 pixels;  --grey;  --fit cover|contain|stretch;  --background "#rrggbb"
  --validation SHARE   and --test SHARE, where the files name no parts (0.1 each)
  --group COLUMN       pictures alike in it stay in one part
  --left-out FILE.csv  writes what is not imported, with reasons
  --save-plan FILE     writes all decisions; give it as --data X.trunkline-data.json beside the folder X another time

Results: experiment.json, metrics.jsonl, summary.json, weights.safetensors, checkpoint.safetensors, with --predict predictions.jsonl and, from
methods that look at gradients, conflicts.csv; of a sweep, twin, race or ensemble a file of that name with .json as well;
of find-rate only find-rate.json.
docs/command-line.md describes them. Ctrl+C stops early and still writes what there is; the same command goes on.`;
