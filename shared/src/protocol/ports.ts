/** Where the companion listens, first choice first, and so where the extension looks for it. */
export const usualPorts = [47616, 47617, 47618, 47619, 47620] as const
