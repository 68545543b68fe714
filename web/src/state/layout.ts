import { computed, onScopeDispose, ref, type Ref } from "vue";

/** Whether a media query holds, followed as it changes. */
export function useMedia(query: string): Ref<boolean> {
  const media = window.matchMedia(query);
  const holds = ref(media.matches);
  const follow = () => (holds.value = media.matches);
  media.addEventListener("change", follow);
  onScopeDispose(() => media.removeEventListener("change", follow));
  return holds;
}

export type Menu = "layers" | "download";

/** The menu that is open beside the map. */
export const openedMenu = ref<Menu | null>(null);

export type Breadth = "phone" | "narrow" | "wide";

/** Three layouts: a bottom sheet on a phone, slim panels on a tablet, full panels above. */
export function useBreadth(): Ref<Breadth> {
  const isPhone = useMedia("(max-width: 899px)");
  const isWide = useMedia("(min-width: 1200px)");
  return computed(() => (isPhone.value ? "phone" : isWide.value ? "wide" : "narrow"));
}
