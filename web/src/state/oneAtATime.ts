/** Let some work be done at once, and once more after a rest if it was wanted meanwhile: never twice at a time. */
export function oneAtATime(work: () => Promise<void>, rest: number): () => Promise<void> {
  let isBusy = false;
  let isWanted = false;
  return async () => {
    isWanted = true;
    if (isBusy) return;
    isBusy = true;
    try {
      while (isWanted) {
        isWanted = false;
        await work();
        await new Promise((resume) => setTimeout(resume, rest));
      }
    } finally {
      isBusy = false;
    }
  };
}
