/** What is so in a bundle and no fault of the project: said by the plan, never an error. */
export interface Note {
  readonly members: readonly string[];
  readonly note: string;
}
