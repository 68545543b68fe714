import type { Site } from "../map/siteLooks";
import type { Point, StandingFacility, StandingGate } from "../api/types";
import { type Change, changeOf } from "./changes";

/** What stands and what is tried, as points of the map. */
export function sitesOf(
  facilities: readonly StandingFacility[],
  gates: readonly StandingGate[],
  changes: readonly Change[],
  nameOfNew: (number: number) => string,
): Site[] {
  return [
    ...gates.map((gate) => gateSite(gate, changes)),
    ...facilities.map((facility) => facilitySite(facility, changes)),
    ...newSites(changes, nameOfNew),
  ];
}

function facilitySite({ id, geometry, properties }: StandingFacility, changes: readonly Change[]): Site {
  const change = changeOf(changes, "facility", id);
  const stands = geometry.coordinates as Point;
  const site = { key: `facility/${id}`, name: properties.name ?? "", point: stands, canMove: true };
  if (change?.action === "move_facility") return { ...site, look: "moved", point: [change.lon, change.lat], from: stands };
  return { ...site, look: change ? "closed" : "standing" };
}

function gateSite({ id, geometry, properties }: StandingGate, changes: readonly Change[]): Site {
  const change = changeOf(changes, "gate", id);
  const stands = properties.is_open ? "gate-open" : "gate-shut";
  const look = change ? (change.action === "open_gate" ? "gate-opened" : "gate-closed") : stands;
  return { key: `gate/${id}`, look, name: properties.name ?? "", point: geometry.coordinates as Point, canMove: false };
}

function newSites(changes: readonly Change[], nameOfNew: (number: number) => string): Site[] {
  let number = 0;
  return changes.flatMap((change, index) => {
    if (change.action !== "open_facility") return [];
    number += 1;
    return [{ key: `new/${index}`, look: "opened" as const, name: nameOfNew(number), point: [change.lon, change.lat] as Point, canMove: true }];
  });
}
