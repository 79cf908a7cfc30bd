/** Layouts of files that are known, by the ids of their importers: the importers themselves stay in their worker. */

interface LayoutWords {
  readonly name: string;
  readonly example: string;
}

/** In the order in which they are told of. */
export const layouts: Readonly<Record<string, LayoutWords>> = {
  folders: { name: 'Folder per class', example: 'cats/1.png, dogs/2.png, also below train/, val/, test/' },
  tables: {
    name: 'Table beside the pictures',
    example: 'metadata.csv, .tsv, .jsonl or .parquet with file_name',
  },
  pattern: { name: 'Labels in file names', example: '{age}_{gender}_*.jpg' },
  unlabelled: { name: 'Pictures without labels', example: '1.png, 2.jpg: to label here, by hand' },
  parquet: { name: 'Hugging Face Parquet', example: 'train-00000-of-00001.parquet with embedded pictures' },
  coco: { name: 'COCO annotations', example: 'annotations/instances_train.json' },
  'one-hot': { name: 'Roboflow multi-label', example: 'train/_classes.csv beside its pictures' },
  celeba: { name: 'CelebA text tables', example: 'list_attr_celeba.txt, list_eval_partition.txt' },
  'multi-task-json': { name: 'Multi-task JSON (mmpretrain)', example: 'train.json with data_list' },
  idx: { name: 'IDX (MNIST)', example: 'train-images-idx3-ubyte.gz' },
  cifar: { name: 'CIFAR-10 or CIFAR-100, binary', example: 'data_batch_1.bin, batches.meta.txt' },
  arrays: { name: 'NumPy arrays', example: 'digits.npz, images.npy and labels.npy' },
  own: { name: 'Data set kept here', example: '' },
};

/** What a layout is called; an id in words where it is not known here. */
export const layoutName = (id: string): string => layouts[id]?.name ?? id.replaceAll('-', ' ');
