/** Which run of the plots is pointed at, or kept marked by a click. Only what shows it is drawn anew when it changes. */
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';

interface Marked {
  /** Key of the run that is pointed at, else of the one that is kept marked. */
  readonly lit: string | null;
  readonly pinned: string | null;
}

interface Pointer {
  readonly onLit: (key: string | null) => void;
  /** Keeps a run marked, or lets go of it. */
  readonly onPin: (key: string) => void;
}

const MarkedContext = createContext<Marked>({ lit: null, pinned: null });
const PointerContext = createContext<Pointer>({ onLit: () => undefined, onPin: () => undefined });

export const useMarked = () => useContext(MarkedContext);
export const usePointer = () => useContext(PointerContext);

export function Pointing({ children }: { readonly children: ReactNode }) {
  const [hovered, onLit] = useState<string | null>(null);
  const [pinned, setPinned] = useState<string | null>(null);
  const onPin = useCallback((key: string) => setPinned((before) => (before === key ? null : key)), []);
  const pointer = useMemo(() => ({ onLit, onPin }), [onPin]);
  const marked = useMemo(() => ({ lit: hovered ?? pinned, pinned }), [hovered, pinned]);
  return (
    <PointerContext value={pointer}>
      <MarkedContext value={marked}>{children}</MarkedContext>
    </PointerContext>
  );
}
