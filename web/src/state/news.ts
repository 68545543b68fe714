import { type News, NewsStream } from "../api/news";

type Reader = (news: News) => void;

const readers = new Set<Reader>();
const stream = new NewsStream((news) => readers.forEach((read) => read(news)));

/** Read what others change, until the function that is returned is called. */
export function readNews(read: Reader): () => void {
  readers.add(read);
  return () => void readers.delete(read);
}

/** Hear what others change, as long as somebody looks at the page. */
export function followNews(): void {
  document.addEventListener("visibilitychange", attend);
  attend();
}

function attend(): void {
  if (document.visibilityState === "visible") stream.open();
  else stream.rest();
}
