/**
 * The ids that our extension goes by. The first follows from the key that the manifest of the unpacked build pins; a store
 * gives its own, which is then added here.
 */
export const extensionIds: readonly string[] = ['libcippkfpmjjmagobgemfiomliiolhb']

export const extensionOrigins: readonly string[] = extensionIds.map((id) => `chrome-extension://${id}`)
