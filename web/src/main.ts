import { createApp } from "vue";
import App from "./App.vue";
import "./design/tokens.css";
import "./design/base.css";
import "./design/facts.css";
import "./design/sheet.css";
import "./design/forms.css";
import "./design/print.css";
import { followLanguage } from "./i18n";
import { start } from "./state/address";
import { keepFresh } from "./state/fresh";
import { followNews } from "./state/news";

followLanguage();
void start();
keepFresh();
followNews();
createApp(App).mount("#app");
