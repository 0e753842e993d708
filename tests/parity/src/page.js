for (const section of document.querySelectorAll("section")) {
  const [group, only] = section.querySelectorAll("select, input");
  const rows = section.querySelectorAll("tbody tr");
  const show = () => {
    let shown = 0;
    for (const row of rows) {
      const { group: its, wrong } = row.dataset;
      row.hidden = (group.value !== "" && group.value !== its) || (only.checked && wrong === undefined);
      shown += row.hidden ? 0 : 1;
    }
    section.querySelector(".count").textContent = `${shown} of ${rows.length}`;
  };
  group.addEventListener("change", show);
  only.addEventListener("change", show);
  show();
}
