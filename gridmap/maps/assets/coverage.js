/* Homes take the colours of the service that is chosen; whoever is not served is listed beside the map. */
function showCoverage(map, data) {
  "use strict";
  var sheet = document.querySelector(".gm-coverage");
  var select = sheet.querySelector("select");
  var layers = data.homes.map(function (home, index) {
    var layer = L.geoJSON(home.shape, { style: { weight: 1 }, pointToLayer: dot });
    layer.bindTooltip(function () { return told(index); }, { sticky: true });
    return layer.addTo(map);
  });
  var serving = L.layerGroup().addTo(map);
  L.DomEvent.disableScrollPropagation(sheet);
  L.DomEvent.disableClickPropagation(sheet);
  data.services.forEach(function (service, index) { select.add(new Option(service.name, index)); });
  select.addEventListener("change", show);
  show();
  if (layers.length) map.fitBounds(L.featureGroup(layers).getBounds(), beside(17));

  /* Room for what the sheet covers: the right of a wide page, the foot of a narrow one. */
  function beside(zoom) {
    var box = sheet.getBoundingClientRect(), isWide = box.left > 0;
    var covered = isWide ? [window.innerWidth - box.left, 40] : [10, window.innerHeight - box.top];
    return { maxZoom: zoom, paddingTopLeft: [10, 70], paddingBottomRight: covered };
  }

  function grouped(number) { return Math.round(number).toLocaleString(); }
  function chosen() { return data.services[Number(select.value)]; }
  function dot(_, place) { return L.circleMarker(place, { radius: 5 }); }

  function element(name, text, parent) {
    var made = document.createElement(name);
    made.textContent = text;
    parent.appendChild(made);
    return made;
  }

  function told(index) {
    var service = chosen(), home = data.homes[index], box = document.createElement("div");
    element("b", home.name || data.words.unnamed, box);
    element("div", facts(index).join(" · "), box);
    element("div", data.outcomes[service.outcome[index]], box);
    return box;
  }

  function facts(index) {
    var service = chosen(), home = data.homes[index], reason = service.reason[index];
    return [
      home.households === null ? data.words.few : grouped(home.households) + " " + data.words.households,
      reason === null ? "" : data.reasons[reason],
      service.metres[index] === null ? "" : data.words.nearest + " " + service.metres[index] + " m",
    ].filter(Boolean);
  }

  function show() {
    var service = chosen();
    layers.forEach(function (layer, index) {
      var outcome = service.outcome[index];
      layer.setStyle({ color: data.colours[outcome], fillColor: "url(#gm-" + outcome + ")", fillOpacity: 0.95 });
    });
    serving.clearLayers();
    service.facilities.forEach(function (facility) {
      L.circleMarker(facility.at, { radius: 7, weight: 2.5, color: "#fff", fillColor: "#10243a", fillOpacity: 1 })
        .bindTooltip(element("b", facility.name || data.words.unnamed, document.createElement("div")))
        .addTo(serving);
    });
    tell(service);
    list(sheet.querySelector(".gm-shares"), Object.keys(data.outcomes).filter(function (each) { return service.outcome.indexOf(each) >= 0; }), function (outcome, item) {
      item.insertAdjacentHTML("beforeend", '<svg width="22" height="14"><rect width="22" height="14" rx="2"/></svg>');
      item.querySelector("rect").setAttribute("fill", "url(#gm-" + outcome + ")");
      element("span", data.outcomes[outcome], item);
      var count = service.households[outcome];
      element("b", count === null || count === undefined ? "" : grouped(count), item);
    });
    list(sheet.querySelector(".gm-notes"), service.notes, function (note, item) { item.textContent = note; });
    name(service);
  }

  function tell(service) {
    var figure = sheet.querySelector(".gm-figure");
    figure.textContent = "";
    element("b", service.judged ? Math.round(1000 * service.within / service.judged) / 10 + "%" : "–", figure);
    element("span", grouped(service.within) + " / " + grouped(service.judged) + " " + data.words.households, figure);
  }

  function name(service) {
    var rows = layers.map(function (_, index) { return index; }).filter(function (index) { return service.reason[index] !== null; });
    rows.sort(function (one, other) { return (data.homes[other].households || 0) - (data.homes[one].households || 0); });
    sheet.querySelector("h2").textContent = data.words.uncovered + " (" + rows.length + ")";
    list(sheet.querySelector(".gm-uncovered"), rows, function (index, item) {
      var button = element("button", "", item);
      element("span", data.homes[index].name || data.words.unnamed, button);
      element("small", facts(index).join(" · "), button);
      button.addEventListener("click", function () { go(index); });
    });
  }

  function go(index) {
    map.fitBounds(layers[index].getBounds(), beside(17.5));
    layers[index].bringToFront().openTooltip(layers[index].getBounds().getCenter());
  }

  function list(parent, values, fill) {
    parent.textContent = "";
    values.forEach(function (value) { fill(value, parent.appendChild(document.createElement("li"))); });
  }
}
