/** What every other method would make of the gradients as they are now. */
export function WhatIfView() {
  return <p>Nothing measured yet.</p>;
}
