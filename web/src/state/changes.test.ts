import { expect, test } from "vitest";
import {
  type Change,
  changeOf,
  movedTo,
  readChanges,
  toggledFacility,
  toggledGate,
  withChange,
  without,
  writeChanges,
} from "./changes";

const opened: Change = { action: "open_facility", lon: 120.15, lat: 30.28 };
const moved: Change = { action: "move_facility", facility: 3, lon: 120.1, lat: 30.2 };

test("a facility is tried in one way only, and a second touch lets it be", () => {
  expect(withChange([moved], { ...moved, lon: 121 })).toEqual([{ ...moved, lon: 121 }]);
  expect(toggledFacility([moved], 3)).toEqual([]);
  expect(toggledFacility([], 3)).toEqual([{ action: "close_facility", facility: 3 }]);
  expect(withChange([opened], opened)).toHaveLength(2);
});

test("an open gate is shut, a shut one opened, and a second touch lets it be", () => {
  expect(toggledGate([], 7, true)).toEqual([{ action: "close_gate", gate: 7 }]);
  const list = toggledGate([], 7, false);
  expect(list).toEqual([{ action: "open_gate", gate: 7 }]);
  expect(toggledGate(list, 7, false)).toEqual([]);
  expect(changeOf(list, "gate", 7)).toBe(list[0]);
});

test("a facility that is tried can be moved and taken away", () => {
  expect(movedTo([moved, opened], 1, 1, 2)).toEqual([moved, { action: "open_facility", lon: 1, lat: 2 }]);
  expect(without([moved, opened], 0)).toEqual([opened]);
});

test("changes survive the way through the address", () => {
  const list: Change[] = [opened, moved, { action: "close_facility", facility: 9 }, { action: "open_gate", gate: 1 }, { action: "close_gate", gate: 2 }];
  expect(readChanges(writeChanges(list))).toEqual(list);
  expect(writeChanges([])).toBe("");
});

test("malformed changes are passed over", () => {
  expect(readChanges("open:1;close:x;move:3,500,2;fly:1;gate:-4;gate:1.5;shut:2")).toEqual([{ action: "close_gate", gate: 2 }]);
  expect(readChanges(null)).toEqual([]);
});
