import { onMounted, onUnmounted } from "vue";

export interface LocalKeys {
  search(): void;
  escape(): void;
}

/** "/" goes to the search box, Escape closes what is open. Keys typed into fields are left alone. */
export function useLocalKeys({ search, escape }: LocalKeys): void {
  function onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") escape();
    if (event.key === "/" && !isTyping(event.target)) {
      event.preventDefault();
      search();
    }
  }
  onMounted(() => window.addEventListener("keydown", onKey));
  onUnmounted(() => window.removeEventListener("keydown", onKey));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}
