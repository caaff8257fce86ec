/// The `retier.yaml` of a new brand folder: runs at once, its endpoints being folders.
enum ScaffoldConfiguration {
    static let text = #"""
        # The configuration of one brand. `retier check` reads it with all playbooks and templates.
        # What is left out has the value that the manual's page Configuration names.

        # Never change it: it is part of every key that keeps an action from being sent twice.
        brand: sunfield
        title: {zh: 葵园会, en: Sunfield Club}
        # Language of messages, reasons and the report: zh or en.
        language: zh
        time_zone: Asia/Shanghai
        currency: CNY

        tiering:
          # Frequency and spend count everything since the first order. To count the last twelve months only:
          # window: P1Y
          # Only the proportions matter.
          weights: {spend: 40, frequency: 30, recency: 20, price_sensitivity: 10}
          # Highest tier first. A share or count includes the tiers above; the last tier takes everyone.
          # The cuts are learned once, on the first refresh (or on `learned_on`), and then stay until `retier learn`.
          ladder:
            - {id: core, title: {zh: 金葵花, en: Golden Sunflower}, entry: {top: 5%}}
            - {id: potential, title: {zh: 向日葵, en: Sunflower}, entry: {top: 20%}}
            - {id: base, title: {zh: 蒲公英, en: Dandelion}, entry: everyone}
          # Up at once; down only below 90 % of the entry cut in 2 runs, one tier at a time. The manual knows
          # further rules, such as dwell, grace, valid_for and fall_interval.
          stability: {keep: 90%, confirming_runs: 2, max_steps_down: 1}
          # Purchases and value of the next 13 weeks: BG/NBD, and MBG/NBD for the risk that a member has left.
          # bg-nbd, mbg-nbd or off instead of auto; see the manual's page Models.
          lifetime: {model: auto}
          lifecycle: {new: P30D, cooling: P60D, dormant: P90D, lost: P365D}

        # Facts of your own, and tags that cross any facts; the manual's page Facts shows all that there is.
        # facts:
        #   store_visits: {aggregate: count, over: events, where: kind == store_visit, window: P1M}
        # tags:
        #   regular:
        #     title: {zh: 常客, en: Regular}
        #     when: {all: [f_days >= 6, store_visits >= 2]}
        #   tea-lover:
        #     title: {zh: 爱茶, en: Tea lover}
        #     prefers: {any_of: [green-tea, oolong], window: P6M, share: 40%, least: 3}

        # Groups of members that buy alike, found by K-means and named by what stands out (see `retier members`).
        # Playbooks ask for them by number: `cluster in [1]`. The manual's page Models says how they are found.
        # clusters:
        #   count: 5
        #   columns: [m_total, f_days, r_days]       # any facts, predictions, or ranks such as rank.spend
        #   names: {1: {zh: 高价值常客, en: Best regulars}}

        # Failures that members suffer from, and who is affected: whoever did one of these while it lasted. `retier
        # incident` registers and closes them; the manual's page Incidents tells what follows.
        incidents:
          member-system:
            title: {zh: 会员系统故障, en: failure of the member system}
            affects: [order, event:login, event:redeem, event:service]
            late: P30D

        # Where messages go. A `file` endpoint writes one file a message.
        endpoints:
          crm: {kind: file, directory: var/outgoing/crm}
          sms: {kind: file, directory: var/outgoing/sms, batch: 500}
          staff: {kind: file, directory: var/outgoing/staff}

          # Three of the other kinds, to be uncommented; the manual's page Configuration shows all of them.
          # Secrets are files that only their owner can read (chmod 600), or systemd credentials.
          #
          # A system of yours, which gets signed Standard Webhooks. The file holds a secret that begins with whsec_.
          # crm-hook:
          #   kind: webhook
          #   url: https://crm.example.com/hooks/retier
          #   secret: {file: secrets/crm}
          #   rate: [600/1m]
          #
          # A robot of a WeCom group: a digest, and the action list as a CSV file. The file holds its whole address.
          # stores:
          #   kind: wecom-robot
          #   address: {file: secrets/wecom-stores}
          #   format: file
          #   mention: ["@all"]
          #
          # Any other JSON API, such as an SMS gateway. The body is templates/gateway/sms.json.mustache, such as
          #   {"to": "{{member_id}}", "text": "{{text}}", "id": "{{action_id}}"}
          # sms-gateway:
          #   kind: custom
          #   url: https://sms.example.com/v1/messages
          #   headers: {Authorization: {file: secrets/sms-token, prefix: "Bearer "}}
          #   body: gateway/sms
          #   idempotency_header: Idempotency-Key
          #   success: {status: [200], body: {code: 0}}
          #   throttled: {status: [429], hold: 60s}

        # How members are reached: what `via` in a playbook names. `consent` is the purpose that a member must have
        # granted for the channel, or none where it never reaches the member by itself (tasks for your staff).
        channels:
          sms:
            title: {zh: 短信, en: SMS}
            endpoint: sms
            consent: marketing
            cap: {max: 2, per: P7D}
            max_bytes: 420
          wecom:
            title: {zh: 企业微信, en: WeCom}
            endpoint: crm
            consent: marketing
            cap: {max: 3, per: P7D}
            max_bytes: 2048
          crm:
            title: {zh: 权益系统, en: Benefits in the CRM}
            endpoint: crm
            consent: marketing
            cap: {max: 2, per: P7D}
            max_bytes: 2048
          service-desk:
            title: {zh: 专属客服任务, en: Task for a service agent}
            endpoint: staff
            consent: none
            cap: {max: 2, per: P7D}
            max_bytes: 2048
          # What a member must be told, such as failures; never for marketing.
          service:
            title: {zh: 服务通知, en: Service messages}
            endpoint: crm
            consent: none
            max_bytes: 2048
          ceo-office:
            title: {zh: 总经理办公室, en: CEO's office}
            endpoint: staff
            consent: none
            max_bytes: 2048

        # Budgets over several playbooks, in money or in actions; playbooks have their own besides. The manual's page
        # Budgets says who is paid first.
        # budgets:
        #   core-care: {amount: 20000.00, per: P1M, tiers: [core]}
        #   agent-calls: {actions: 200, per: P1D, channels: [service-desk]}

        # When members are left alone, by the clock on their own wall: the zone in their column `timezone`, the zone
        # of their `country`, or the programme's. The manual's page Quiet hours tells more.
        # quiet:
        #   windows:
        #     nights: {hours: 21:00-09:00, channels: [sms, wecom]}
        #     spring-festival: {dates: [2027-02-05..2027-02-11], channels: [sms, wecom]}
        #   regions: {CN: Asia/Shanghai}

        # Members who get nothing of any playbook, so that the whole programme can be measured (retier measure).
        # control: {share: 5%, until: 2027-12-31}

        # What stops a plan before anything is sent (exit code 4). `off` switches a limit off.
        guards:
          max_data_age: P7D
          max_row_fall: 10%
          max_actions: off
          max_action_share: 50%
          max_action_growth: 300%
          max_demotion_share: 30%
          max_cost: off
          # sources: {till: {kind: orders, files: "pos-*.csv", max_age: P2D, max_fall: 50%}}

        # What a plan needs a person's word for (retier approve PLAN) before it can be applied. A playbook is new until
        # something of it was sent; those that stand here at the brand's first run are not.
        approvals:
          cost_above: off              # an amount such as 50000.00
          playbook_cost_above: off
          new_playbooks: costly        # all, costly or none

        # Every run is sent to a sample of the members first, and to the rest when that went well. Without it,
        # `retier apply PLAN --canary 1%` does so once.
        # canary: {share: 1%, max_failed: 5%}

        imports:
          # A file with more rejected rows than this is not imported at all.
          max_rejected: 5%
          # Files of acknowledgements come signed, as Standard Webhooks sign: inbox/acks-1.csv.signature beside
          # inbox/acks-1.csv. The file holds a secret that begins with whsec_.
          # acks_secret: {file: secrets/acks}

        """#
}
