/** So many bytes that nobody can foretell. */
export type Random = (size: number) => Uint8Array
