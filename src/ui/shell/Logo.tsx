/** The mark: one trunk, three branches. */
export function Logo() {
  return (
    <svg
      width="22"
      height="22"
      viewBox="0 0 22 22"
      fill="none"
      strokeWidth="2.4"
      strokeLinecap="round"
      aria-hidden
    >
      <path d="M2 11h6" stroke="var(--ink)" />
      <path d="M8 11c5 0 4-7 12-7" stroke="var(--task-0)" />
      <path d="M8 11h12" stroke="var(--task-1)" />
      <path d="M8 11c5 0 4 7 12 7" stroke="var(--task-2)" />
    </svg>
  );
}
