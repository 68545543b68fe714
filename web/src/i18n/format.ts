export type Params = Record<string, string | number>;

/** Choose the form for the number `n` and fill in the names in braces. */
export function format(message: string, params: Params, number: (value: number) => string): string {
  const [one, other = one] = message.split("|");
  const form = (params["n"] === 1 ? one : other) ?? message;
  return form.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? number(value) : value;
  });
}
