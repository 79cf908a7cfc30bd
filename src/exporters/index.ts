/** The registry of file formats: their only list. */
import { bundle } from './bundle-zip.ts';
import { experimentFile } from './experiment-file.ts';
import { metrics } from './metrics-csv.ts';
import { weights } from './weights.ts';

export const exporters = { weights, bundle, metrics, experiment: experimentFile };
