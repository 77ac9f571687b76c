"""The style sheet of the HTML report: the look's tokens as CSS variables, dark first, light where the reader's system asks.

Inlined by `page`, so that the file stands alone.
"""

STYLE = """
:root{--window:#0b0e13;--panel:#131820;--raised:#1d2531;--line:#1e2530;--row:#181e27;--grid:#1b222c;--text:#dbe3ee;--second:#8c9bae;
--faint:#7d8da1;--accent:#6fa8ff;--on-accent:#0b0e13;--up:#3fb68b;--down:#d9737a;--warn:#d9a441;--holding:#b49cf0}
@media (prefers-color-scheme:light){:root{--window:#eef1f5;--panel:#fff;--raised:#e8edf4;--line:#d8dee7;--row:#e9edf2;--grid:#e6eaf0;
--text:#17202c;--second:#4d5b6d;--faint:#5c6a7c;--accent:#2f6fdb;--on-accent:#fff;--up:#14795a;--down:#b23a45;--warn:#8a5a00;--holding:#7254c4}}
@media print{:root{--window:#fff;--panel:#fff}.panel{break-inside:avoid-page}}
*{box-sizing:border-box;margin:0}
body{background:var(--window);color:var(--text);font:13px/1.5 Inter,system-ui,"Segoe UI",Roboto,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1180px;margin:0 auto;padding:28px 16px 40px}
header{display:flex;justify-content:space-between;align-items:flex-start;gap:16px;flex-wrap:wrap}
.mark{color:var(--accent);font-weight:600;letter-spacing:.02em}
h1{font-size:24px;line-height:1.3;font-weight:600}h1 small{font-size:13px;font-weight:400;color:var(--second)}
.origin,.note,.meaning,.legend{color:var(--second)}
.badge{border:1px solid var(--warn);color:var(--warn);border-radius:6px;padding:5px 10px;font-weight:600;font-size:11px;letter-spacing:.04em}
.verdict{font-size:17px;line-height:1.45;margin:18px 0 16px;padding-left:12px;border-left:3px solid var(--accent);max-width:900px}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(165px,1fr));gap:8px;margin-bottom:8px}
.tile,.panel{background:var(--panel);border:1px solid var(--line);border-radius:8px}
.tile{padding:12px 14px}.tile p{font-size:11px;color:var(--second)}.tile b{display:block;font-size:19px;font-weight:600;line-height:1.5;white-space:nowrap}
.panel{padding:16px;margin-top:8px}
h2{font-size:13px;font-weight:600;margin-bottom:8px}h3{font-size:11px;font-weight:600;color:var(--second);margin:14px 0 2px}
svg{display:block;width:100%;height:auto;overflow:visible}svg+h2{margin-top:14px}
.legend{display:flex;align-items:center;gap:6px;margin-bottom:4px;font-size:11px}
.key{width:16px;height:0;border-top:2px solid var(--accent);margin-left:10px}.key:first-child{margin-left:0}
.key.second{border-color:var(--holding)}.key.dashed{border-top:1px dashed var(--faint)}
.grid{stroke:var(--grid)}.base{stroke:var(--faint);stroke-dasharray:4 4;opacity:.7}
.axis{fill:var(--faint);font-size:11px}
.equity{fill:none;stroke:var(--accent);stroke-width:1.6;stroke-linejoin:round}
.holding{fill:none;stroke:var(--holding);stroke-width:1.1;opacity:.9;stroke-linejoin:round}
.band{fill:var(--holding);opacity:.22}.warn{color:var(--warn)}p.warn{margin:6px 0}.doubts td:first-child{white-space:nowrap;font-weight:600;width:96px}
.doubts .meaning{width:auto}.doubts td:last-child{width:26%}
.area{fill:var(--accent);opacity:.09}.under{fill:var(--down);fill-opacity:.22;stroke:var(--down);stroke-width:1}
.tag rect{fill:var(--accent)}.tag text{fill:var(--on-accent);font-size:11px;font-weight:600}
.tag.second rect{fill:var(--raised)}.tag.second text{fill:var(--text)}
table{border-collapse:collapse;width:100%}td,th{padding:5px 10px;text-align:left;vertical-align:top}
td{border-top:1px solid var(--row)}th{font-size:11px;font-weight:500;color:var(--second);white-space:nowrap}
.number{text-align:right;white-space:nowrap}.wide{overflow-x:auto}.wide td{white-space:nowrap}
.meaning{width:62%}.up{color:var(--up)}.down{color:var(--down)}
.months td,.months th{text-align:right;padding:6px 8px}.months th[scope=row]{text-align:left}.months td{border:2px solid var(--panel);border-radius:4px}
.months .whole{font-weight:600}
.notes .meaning{width:auto}.notes td:first-child{width:130px}
.trades td,.trades th{padding:5px 6px}.trades td:last-child{white-space:normal;min-width:110px}
.halves{display:grid;grid-template-columns:repeat(auto-fit,minmax(360px,1fr));gap:24px}.halves td:first-child{color:var(--second);white-space:nowrap}
code{font:12px "JetBrains Mono",ui-monospace,Consolas,monospace;overflow-wrap:anywhere}
footer{color:var(--faint);font-size:11px;margin-top:18px}
"""
