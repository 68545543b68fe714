import { onMounted, onUnmounted, type Ref, ref } from "vue";

/** The picture that paper gets, taken when printing starts and dropped when it ends. */
export function usePrintPicture(take: () => string | null): Ref<string | null> {
  const picture = ref<string | null>(null);
  const begin = () => (picture.value = take());
  const end = () => (picture.value = null);
  onMounted(() => {
    window.addEventListener("beforeprint", begin);
    window.addEventListener("afterprint", end);
  });
  onUnmounted(() => {
    window.removeEventListener("beforeprint", begin);
    window.removeEventListener("afterprint", end);
  });
  return picture;
}
