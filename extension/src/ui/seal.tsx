/** The mark: a seal, and the second stroke that goes through it. The icons' drawing, in one colour. */
export const Seal = () => (
  <svg class="seal" viewBox="0 0 128 128" width="20" height="20" aria-hidden="true" focusable="false">
    <path d="M101 57a40 40 0 1 1-22-27" fill="none" stroke="currentColor" stroke-width="13" stroke-linecap="round" />
    <path
      d="M43 65l20 20L108 29"
      fill="none"
      stroke="currentColor"
      stroke-width="13"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
)
