/** The product's mark: two jacks and the cable between them. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <path d="M9.5 12c0 10.5 13 -2.5 13 8" fill="none" stroke="#4cc38a" strokeWidth="3" strokeLinecap="round" />
      <g fill="var(--mark-hole, #17191a)" stroke="currentColor" strokeWidth="2.5">
        <circle cx="9.5" cy="9.5" r="5" />
        <circle cx="22.5" cy="22.5" r="5" />
      </g>
      <g fill="#4cc38a">
        <circle cx="9.5" cy="9.5" r="1.8" />
        <circle cx="22.5" cy="22.5" r="1.8" />
      </g>
    </svg>
  );
}

export function Wordmark() {
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 10 }}>
      <Mark />
      <span style={{ fontWeight: 680, fontSize: 18, letterSpacing: "-0.025em" }}>Patchbay</span>
    </span>
  );
}
