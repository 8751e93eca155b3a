/** Programs go by the end of a name. */
export const fileNameFor = (id: string, format: string): string =>
  `${id}.${format === 'netscape' || format === 'header' ? 'txt' : 'json'}`
