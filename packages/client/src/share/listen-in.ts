import type { DriverEvents } from "../driver-events.ts";
import type { Entry } from "./log.ts";
import type { Sharer } from "./sharer.ts";

/** Tells everything that happens to a connection before it is done here. Returns how to end it. */
export function listenIn(driver: Sharer, tell: (entry: Entry) => void): () => void {
  const { told, place } = driver;
  const listening: DriverEvents = {
    ...told,
    opened() {
      tell(["opened", driver.transport]);
      told.opened();
    },
    frame(frame) {
      tell(["frame", frame]);
      told.frame(frame);
    },
    heard() {
      tell(["heard"]);
      told.heard();
    },
    gone() {
      tell(["gone"]);
      told.gone();
    },
    switched() {
      tell(["switched", driver.transport]);
      told.switched();
    },
    latency(ms) {
      tell(["latency", ms]);
      told.latency(ms);
    },
    changed(before, ended) {
      const { state, transport } = driver;
      tell(["state", { state, transport, ended }]);
      told.changed(before, ended);
    },
  };
  driver.told = listening;
  place.moved = () => tell(["place", place.position, place.narrowing]);
  return () => {
    driver.told = told;
    place.moved = undefined;
  };
}
