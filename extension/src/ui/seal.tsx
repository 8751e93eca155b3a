/** The mark: a seal, and the second stroke that goes through it. The icon's drawing, in the text's colours. */
export const Seal = () => (
  <svg class="seal" viewBox="16 16 100 96" width="22" height="22" aria-hidden="true" focusable="false">
    <mask id="seal-gap">
      <rect width="128" height="128" fill="#fff" />
      <path
        d="M42 65l19 19L105 31"
        fill="none"
        stroke="#000"
        stroke-width="29"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </mask>
    <circle cx="62" cy="67" r="38" fill="none" stroke="currentColor" stroke-width="12" mask="url(#seal-gap)" />
    <path
      d="M42 65l19 19L105 31"
      fill="none"
      stroke="currentColor"
      stroke-width="15"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
)
