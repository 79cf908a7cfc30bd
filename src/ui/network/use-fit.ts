/** Keeps the view on the network: fitted when its size changes, and on what is selected where not everything is in sight. */
import { useReactFlow, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useState } from 'react';
import type { Arrangement } from './layout.ts';
import type { Fit } from './viewport.ts';

/** Fits the view whenever the arrangement or the container takes another size; `moved` tells that a person has changed it. */
export function useFit(fit: Fit) {
  const { setViewport } = useReactFlow();
  const { zoom, x, y } = fit;
  const [movedFrom, setMovedFrom] = useState<Fit | null>(null);
  const show = useCallback(() => void setViewport({ x, y, zoom }), [setViewport, x, y, zoom]);
  useEffect(show, [show]);
  const onMoveEnd = useCallback(
    (_event: unknown, now: { zoom: number; x: number; y: number }) => {
      const elsewhere = Math.abs(now.zoom - fit.zoom) > 0.01 || Math.hypot(now.x - fit.x, now.y - fit.y) > 2;
      setMovedFrom(elsewhere ? fit : null);
    },
    [fit],
  );
  return { moved: movedFrom === fit, onMoveEnd };
}

/** Pans to the selected node where it is out of sight. */
export function useReveal({ boxes }: Arrangement, selection: string | null): void {
  const { setCenter } = useReactFlow();
  const store = useStoreApi();
  const box = selection === null ? undefined : boxes.get(selection);
  const centreX = box ? box.x + box.width / 2 : null;
  const centreY = box ? box.y + box.height / 2 : null;
  useEffect(() => {
    if (centreX === null || centreY === null) return;
    const { width, height, transform } = store.getState();
    const [panX, panY, zoom] = transform;
    const [x, y] = [centreX * zoom + panX, centreY * zoom + panY];
    const edge = 30;
    const isInSight = x > edge && y > edge && x < width - edge && y < height - edge;
    if (!isInSight && width > 0) void setCenter(centreX, centreY, { zoom });
  }, [centreX, centreY, setCenter, store]);
}
