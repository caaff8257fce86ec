/// The report's style sheet: system fonts only, two colour schemes, paper.
enum ReportStyle {
    static func sheet(tierCount: Int) -> Markup {
        let light = ReportPalette.light + ReportPalette.tierVariables(count: tierCount, dark: false)
        let dark = ReportPalette.dark + ReportPalette.tierVariables(count: tierCount, dark: true)
        let sheet = """
            :root{color-scheme:light dark;\(light)}
            @media screen and (prefers-color-scheme:dark){:root{\(dark)}}
            \((0..<tierCount).map { ".t\($0){--c:var(--t\($0))}" }.joined())
            \(base)\(tables)\(figures)\(narrow)\(paper)
            """
        return Markup(stringLiteral: sheet)
    }

    private static let base = """
        *{box-sizing:border-box}
        body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.6 system-ui,-apple-system,"Segoe UI",Roboto,
        "PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif;
        font-variant-numeric:tabular-nums;-webkit-text-size-adjust:100%;text-size-adjust:100%}
        main{max-width:1080px;margin:0 auto;padding:40px 24px 72px}
        h1{font-size:32px;line-height:1.25;margin:0;font-weight:650;letter-spacing:-.01em;text-wrap:balance}
        h2{font-size:20px;line-height:1.35;margin:0;font-weight:650;text-wrap:balance}
        h3{font-size:14px;line-height:1.4;margin:24px 0 8px;font-weight:650}
        h4{font-size:13px;line-height:1.4;margin:18px 0 4px;font-weight:600}
        p{margin:0}
        code{font:12.5px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans Mono CJK SC",monospace;
        overflow-wrap:anywhere}
        :lang(zh) h1,:lang(zh) h2{letter-spacing:0}
        .kicker{font-size:13px;font-weight:600;color:var(--up);letter-spacing:.04em}
        .meta{display:flex;flex-wrap:wrap;gap:4px 28px;margin:16px 0 0;padding:0;font-size:13px;color:var(--soft)}
        .meta div{display:flex;gap:8px}.meta dt{margin:0}.meta dd{margin:0;color:var(--ink)}
        .keys{display:grid;grid-template-columns:repeat(5,1fr);gap:1px;margin:28px 0 0;background:var(--line);
        border:1px solid var(--line);border-radius:10px;overflow:hidden}
        .key{background:var(--card);padding:18px 18px 16px}
        .key .name{font-size:13px;color:var(--soft)}
        .key .value{font-size:27px;line-height:1.3;font-weight:650;letter-spacing:-.01em;margin:2px 0 4px;
        white-space:nowrap}
        .key .value small{font-size:15px;font-weight:500;color:var(--soft);letter-spacing:0;margin-right:5px}
        .key .note{font-size:12.5px;line-height:1.5;color:var(--soft)}
        .key.warn .value,.alarm{color:var(--warn)}
        .short{margin:24px 0 0;padding:0;list-style:none;display:grid;gap:7px}
        .short li{padding-left:20px;position:relative}
        .short li:before{content:"";position:absolute;left:2px;top:.66em;width:8px;height:3px;border-radius:2px;
        background:var(--up)}
        .short li.warn:before{background:var(--down)}
        section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:26px 28px 20px;
        margin:22px 0 0}
        .lead{color:var(--soft);margin:4px 0 20px;max-width:76ch}
        .empty{margin:16px 0 6px;padding:18px 20px;border:1px dashed var(--line);border-radius:8px;color:var(--soft)}
        .notice{margin:0 0 18px;padding:11px 16px;border-left:3px solid var(--down);background:var(--warn-paper);
        border-radius:0 6px 6px 0;font-size:14px}
        .source{margin:18px 0 0;padding-top:12px;border-top:1px solid var(--faint);font-size:12.5px;color:var(--soft)}
        details{margin:10px 0 0;font-size:13px}
        summary{cursor:pointer;color:var(--soft);width:fit-content;padding:3px 0}
        summary:hover,summary:focus-visible{color:var(--ink)}
        .pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(270px,1fr));gap:8px 36px}
        .pair h3{margin-top:0}
        .pair>*{min-width:0}
        dl.terms{display:grid;grid-template-columns:minmax(110px,max-content) 1fr;gap:8px 28px;
        margin:16px 0 6px;font-size:14px}
        dl.terms dt{font-weight:600}dl.terms dd{margin:0;color:var(--soft)}
        footer{margin:24px 4px 0;font-size:12.5px;color:var(--soft)}

        """

    private static let tables = """
        .scroll{overflow-x:auto;max-width:100%}
        table{border-collapse:collapse;width:100%;font-size:13.5px;line-height:1.45}
        th,td{padding:7px 12px;text-align:left;border-bottom:1px solid var(--faint);vertical-align:middle}
        th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
        thead th{font-weight:500;font-size:12.5px;color:var(--soft);border-bottom-color:var(--line);
        vertical-align:bottom}
        tbody th{font-weight:600}tfoot td,tfoot th{font-weight:600;border-bottom:0;border-top:1px solid var(--line)}
        .n,.k{white-space:nowrap}.n{text-align:right}.b{width:100%;min-width:56px}
        tbody th:first-child{min-width:132px}.wide tbody th:first-child{min-width:236px}
        td.b,th.b{padding-left:16px;padding-right:16px}
        .id{color:var(--soft);font-weight:400;display:block;font-size:12.5px}
        .quiet{color:var(--soft)}td .up,td .alarm{white-space:nowrap}.up{color:var(--up)}.down{color:var(--down)}
        .heat{table-layout:fixed;border-spacing:3px;border-collapse:separate;margin:0 -3px;width:calc(100% + 6px)}
        .heat th,.heat td{border:0;padding:8px 6px}
        .heat td{text-align:center;border-radius:5px;background:var(--faint)}
        .heat tbody th{text-align:right;font-weight:500;padding-right:8px;overflow-wrap:anywhere}
        .heat thead th{text-align:center}.heat thead td{width:14%}.heat tbody th:first-child{min-width:0}
        .heat small{display:block;font-size:11.5px;opacity:.8}
        .heat .none{color:var(--soft);background:none}
        .heat .same{background:none;color:var(--soft);outline:1px dashed var(--line);outline-offset:-1px}
        .heat .hot{color:var(--card)}

        """

    private static let figures = """
        svg{display:block}
        .bar{width:100%;height:16px;border-radius:3px}.bar.tall{height:26px}
        .bar.thin{height:9px;margin:2px 0}
        .strip{width:100%;height:26px;overflow:visible}.strip line{stroke:var(--line);stroke-width:1.5px}
        .strip circle{stroke:var(--card);stroke-width:1.5px}
        .columns{width:100%;height:120px;border-bottom:1px solid var(--line)}
        .columns line{stroke:var(--ink);stroke-width:1.2px;vector-effect:non-scaling-stroke}
        .columns .keep{stroke:var(--down);stroke-dasharray:4 3}
        .axis{display:flex;justify-content:space-between;font-size:12px;color:var(--soft);padding-top:3px}
        .bar rect{stroke:var(--card);stroke-width:1px;vector-effect:non-scaling-stroke}
        .bar .rest{fill:var(--faint);stroke:none}
        .spark{width:96px;height:26px;overflow:visible}
        .spark polyline{fill:none;stroke:var(--up);stroke-width:1.6px;vector-effect:non-scaling-stroke}
        .legend{display:flex;flex-wrap:wrap;gap:4px 18px;margin:0 0 14px;padding:0;list-style:none;font-size:13px}
        .legend b{font-weight:600}
        .dot{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:7px;background:var(--c);
        vertical-align:-1px}
        .flow{display:grid;grid-template-columns:112px 1fr 112px;gap:0 14px;margin:6px 0 0}
        .flow .head{font-size:12.5px;color:var(--soft);padding-bottom:8px}
        .flow .head:first-child,.flow .from{text-align:right}
        .flow svg{width:100%;height:100%}
        .side{position:relative;min-width:0}
        .side div{position:absolute;left:0;right:0;transform:translateY(-50%);line-height:1.3;font-size:13px}
        .side b{display:block;font-weight:600}.side span{color:var(--soft);font-size:12.5px;white-space:nowrap}
        .ribbon{fill:var(--c);stroke:var(--c);stroke-width:.6px;vector-effect:non-scaling-stroke;opacity:.5}
        .ribbon.c-stay{opacity:.3}.ribbon:hover{opacity:.85}
        .node{stroke:none}
        .c-stay{--c:var(--stay)}.c-up{--c:var(--up)}.c-down{--c:var(--down)}.c-new{--c:var(--new)}
        .c-gone{--c:var(--gone)}
        .c-send,.c-delivered{--c:var(--good)}.c-defer,.c-retry,.c-pending,.c-sending{--c:var(--wait)}
        .c-suppress,.c-cancelled{--c:var(--stop)}.c-hold_out{--c:var(--hold)}.c-in_doubt{--c:var(--doubt)}
        .c-rejected,.c-exhausted,.c-expired{--c:var(--lost)}
        .s-new{--c:var(--new)}.s-active{--c:var(--good)}.s-returned{--c:var(--t0)}.s-cooling{--c:var(--wait)}
        .s-dormant{--c:var(--down)}.s-lost{--c:var(--stop)}
        .f{fill:var(--c)}

        """

    private static let narrow = """
        @media (max-width:820px){.keys{grid-template-columns:repeat(6,1fr)}.key{grid-column:span 2}
        .key:nth-child(-n+2){grid-column:span 3}}
        @media (max-width:560px){main{padding:24px 12px 48px}h1{font-size:25px}section{padding:20px 16px 14px}
        .keys{grid-template-columns:1fr 1fr}.key,.key:nth-child(-n+2){grid-column:auto;padding:13px 14px}
        .key:first-child{grid-column:1/-1}.key .value{font-size:23px}
        .flow{grid-template-columns:84px 1fr 84px;gap:0 8px}
        .side div{font-size:12px}.side span{font-size:11.5px}
        th,td{padding:6px 7px}.scroll>table:not(.heat):not(.fits){min-width:460px}
        .heat{font-size:12px;border-spacing:2px}
        .heat th,.heat td{padding:6px 2px}.heat small{font-size:10.5px}
        dl.terms{grid-template-columns:1fr;gap:2px}dl.terms dd{margin-bottom:10px}.hide{display:none}
        tbody th:first-child{min-width:84px}
        .wide tbody th:first-child,.pair tbody th:first-child{min-width:136px}
        td.b,th.b{padding-left:8px;padding-right:8px}}

        """

    private static let paper = """
        @media print{@page{margin:14mm}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
        body{background:none;font-size:11pt}main{max-width:none;padding:0}
        section{border:0;border-top:1px solid var(--line);
        border-radius:0;padding:16px 0;margin:14px 0 0}.flow,.keys,tr,.notice{break-inside:avoid}
        h2,h3,.lead{break-after:avoid}
        .scroll{overflow:visible}}
        """
}
