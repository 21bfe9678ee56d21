import { z } from "zod";

const NAMELESS = "give it a name";

/** What people call a thing: a text that is not empty, of at most so many characters. */
export const givenName = (most: number): z.ZodString =>
  z
    .string({ error: NAMELESS })
    .trim()
    .min(1, { error: NAMELESS })
    .max(most, { error: `expected at most ${most} characters` });
