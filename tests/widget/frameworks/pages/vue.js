/** One view of the app has the place that our tag names, another has not. */

import { createApp, h } from "vue";
import { createRouter, createWebHashHistory, RouterLink, RouterView } from "vue-router";

const routes = [
  { path: "/", component: { render: () => h("section", [h("h2", "Help"), h("div", { id: "help", style: "height: 600px" })]) } },
  { path: "/tents", component: { render: () => h("h2", "Tents") } },
];
const links = () => [h(RouterLink, { to: "/" }, () => "Help"), " ", h(RouterLink, { to: "/tents" }, () => "Tents"), h(RouterView)];
createApp({ render: links }).use(createRouter({ history: createWebHashHistory(), routes })).mount("#app");
