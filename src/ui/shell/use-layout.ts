/** Which of the three arrangements the window has room for. */
import { useMediaQuery } from '@mantine/hooks';

/** `columns`: three columns; `drawer`: the right one slides over; `phone`: one column, sections as tabs. */
export type Layout = 'columns' | 'drawer' | 'phone';

export function useLayout(): Layout {
  const options = { getInitialValueInEffect: false };
  const wide = useMediaQuery('(min-width: 1200px)', undefined, options);
  const phone = useMediaQuery('(max-width: 899px)', undefined, options);
  return wide ? 'columns' : phone ? 'phone' : 'drawer';
}
