/** What Hugging Face's `datasets` writes about its columns into a Parquet file's metadata: classes by name, pictures. */

/** A feature in the words of `datasets`; lists have what they are lists of. */
interface Feature {
  readonly type: string;
  /** Classes of a ClassLabel. */
  readonly names: readonly string[] | null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What lists and sequences are of; anything else itself. */
function inner(value: unknown): unknown {
  if (Array.isArray(value)) return inner(value[0]);
  return isObject(value) && 'feature' in value && typeof value['_type'] === 'string'
    ? inner(value['feature'])
    : value;
}

/** The features of a file by the path of their column; none where nothing is said, or nothing that can be understood. */
export function featuresOf(metadata: readonly { readonly key: string; readonly value?: string }[]) {
  const said = parse(metadata.find(({ key }) => key === 'huggingface')?.value);
  const info = isObject(said) ? said['info'] : undefined;
  const top = isObject(info) ? info['features'] : undefined;
  return (path: readonly string[]): Feature | null => {
    let value = inner(top);
    for (const step of path) {
      value = inner(isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined);
    }
    if (!isObject(value) || typeof value['_type'] !== 'string') return null;
    const { names } = value;
    const areNames = Array.isArray(names) && names.every((name) => typeof name === 'string');
    return { type: value['_type'], names: areNames ? names : null };
  };
}
