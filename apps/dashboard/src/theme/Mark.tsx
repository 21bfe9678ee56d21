/** The product's mark: two telltales streaming from a stay. */
export function Mark({ size = 22 }: { readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M4.5 3v18" stroke="currentColor" strokeWidth="2.2" />
      <path d="M4.5 7.5c4.6-3.8 8.2 3.8 16 0" className="stroke-accent" strokeWidth="2.2" />
      <path
        d="M4.5 14c3.5-2.9 6 2.9 11 0"
        className="stroke-accent"
        strokeWidth="2.2"
        opacity="0.55"
      />
    </svg>
  );
}
