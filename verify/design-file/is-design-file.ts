/** Whether a design is given by the path of a file rather than by its id. */
export const isDesignFile = (text: string): boolean => /[/\\]|\.[cm]?[jt]s$/.test(text);
