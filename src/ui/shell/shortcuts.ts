/** The keyboard: which keys run which command, and when they keep out of the way. */
import { useEffect } from 'react';
import { spotlight } from '@mantine/spotlight';
import { type Command, commands } from './commands.ts';

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** An event's keys in the notation of `Command.keys`: "mod+shift+z", "space", "?". */
function keysOf(event: KeyboardEvent): string {
  const key = event.key === ' ' ? 'space' : event.key.toLowerCase();
  const mod = (isMac ? event.metaKey : event.ctrlKey) ? 'mod+' : '';
  const foreign = event.altKey || (isMac ? event.ctrlKey : event.metaKey) ? 'alt+' : '';
  // Shift only tells where the key itself does not: "?" is shifted already.
  const shift = event.shiftKey && /^[a-z]$/.test(key) ? 'shift+' : '';
  return `${foreign}${mod}${shift}${key}`;
}

const typing =
  'input:not([type=checkbox]):not([type=radio]):not([type=range]), textarea, select, [contenteditable=true]';
const pressable = 'button, a, summary, [role=button], [role=tab], [role=slider], [role=switch], input';

/** Whether the key belongs to what has the focus. */
function belongsToFocus(event: KeyboardEvent, keys: string): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return false;
  if (target.closest('[role=dialog]')) return true;
  // Saving is the same wherever one is; everything else waits while a person types.
  if (target.closest(typing)) return keys !== 'mod+s';
  // What is focused may have a Delete of its own; only where nothing is, the selected layer is meant.
  if (keys === 'delete' || keys === 'backspace') return target !== document.body;
  return (keys === 'space' || keys === 'enter') && target.closest(pressable) !== null;
}

function onKeyDown(event: KeyboardEvent): void {
  const keys = keysOf(event);
  if (keys === 'mod+k') {
    event.preventDefault();
    spotlight.toggle();
    return;
  }
  if (event.defaultPrevented || event.repeat || belongsToFocus(event, keys)) return;
  const command = commands.find((each) => each.keys?.includes(keys));
  if (!command) return;
  event.preventDefault();
  void command.run();
}

/** Listens to the keyboard while mounted. */
export function useShortcuts(): void {
  useEffect(() => {
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, []);
}

const glyphs: Readonly<Record<string, string>> = {
  mod: isMac ? '⌘' : 'Ctrl',
  shift: isMac ? '⇧' : 'Shift',
  space: 'Space',
  delete: 'Del',
  backspace: '⌫',
  escape: 'Esc',
};

/** Keys as they are printed on the keyboard, one by one. */
export function keyCaps(keys: string): string[] {
  return keys.split('+').map((key) => glyphs[key] ?? key.toUpperCase());
}

export const shortcuts: readonly (Pick<Command, 'id' | 'label'> & { readonly keys: readonly string[] })[] = [
  { id: 'palette', label: 'Find a command', keys: ['mod+k'] },
  ...commands.flatMap(({ id, label, keys }) => (keys ? [{ id, label, keys }] : [])),
];
