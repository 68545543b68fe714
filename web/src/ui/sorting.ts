/** A column of a table that can be sorted by it; null: not told, and always last. */
export interface Column<Row> {
  name: string;
  title: string;
  value: (row: Row) => number | string | null;
  text: (row: Row) => string;
}

export interface Order {
  column: string;
  descending: boolean;
}

export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], order: Order): Row[] {
  const column = columns.find(({ name }) => name === order.column);
  if (!column) return [...rows];
  const sign = order.descending ? -1 : 1;
  return [...rows].sort((one, other) => compare(column.value(one), column.value(other), sign));
}

/** The first click on a column puts the largest numbers first, the next turns them round. */
export function ordered(order: Order, column: string): Order {
  return { column, descending: order.column === column ? !order.descending : true };
}

function compare(one: number | string | null, other: number | string | null, sign: number): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (typeof one === "number" && typeof other === "number") return sign * (one - other);
  return sign * String(one).localeCompare(String(other), "zh-CN", { numeric: true });
}
