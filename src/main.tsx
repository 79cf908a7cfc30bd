/** The page's way in: theme, interface, the experiment of the link, the kept runs, adapter and data. */
import './ui/no-eval.ts';
import './ui/tokens.css';
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './ui/base.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { followCompare } from '#stores/compare.ts';
import { startLibrary } from '#stores/library.ts';
import { startPace } from '#stores/pace.ts';
import { startUp } from '#stores/run.ts';
import { openSets } from '#stores/sets.ts';
import { App } from './ui/App.tsx';
import { applyColourScheme } from './ui/colour-scheme.ts';
import { followLink, openLink } from './ui/shell/link.ts';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no element with the id "root".');
applyColourScheme();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
await openSets(); // before whatever points at one of them
void startLibrary();
followCompare();
startPace();
await openLink();
followLink();
await startUp();
