/** Discriminated unions as forms need them: the kinds, and the schema of one kind. */
import type { z } from 'zod';

type Member = z.ZodObject<{ kind: z.ZodLiteral<string> }>;

/** The kinds of a union, in its order. */
export function kindsOf<Union extends z.ZodDiscriminatedUnion<readonly Member[]>>(
  union: Union,
): z.infer<Union>['kind'][] {
  return union.options.map((option) => option.shape.kind.value as z.infer<Union>['kind']);
}

/** The schema of one kind. */
export function memberOf(union: z.ZodDiscriminatedUnion<readonly Member[]>, kind: string): z.ZodType {
  return union.options.find((option) => option.shape.kind.value === kind) ?? union;
}
