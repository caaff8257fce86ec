extension ClusterModel {
    /// What must be said of the clusters, from the model alone: the same when learned and ever after.
    package var warnings: [TieringWarning] {
        var warnings: [TieringWarning] = []
        func warn(_ code: String, _ subject: String, zh chinese: String, en english: String) {
            let message = LocalizedText(zh: chinese, en: english)
            warnings.append(TieringWarning(code: code, subject: subject, message: message))
        }
        if clusters.count < origin.count {
            warn(
                "few-clusters", "\(clusters.count)", zh: "会员只有 \(clusters.count) 种不同的取值，聚类数少于 \(origin.count)",
                en: "only \(clusters.count) different kinds of members: fewer than \(origin.count) clusters")
        }
        if !origin.isSettled {
            warn(
                "unsettled-clusters", "k-means", zh: "聚类在步数上限内没有稳定",
                en: "the clusters did not settle within the limit of steps")
        }
        for (index, fact) in facts.enumerated() {
            let (title, known) = (fact.title, known[index])
            if known == 0 {
                warn(
                    "missing-fact", fact.name, zh: "「\(title.chinese)」没有任何会员的数据，不参与聚类",
                    en: "\(title.english) is known of nobody and takes no part in the clusters")
            } else if deviations[index] == 0 {
                warn(
                    "constant-fact", fact.name, zh: "「\(title.chinese)」对所有会员相同，不参与聚类",
                    en: "\(title.english) is the same for all members and takes no part in the clusters")
            } else if known * 2 < members {
                warn(
                    "sparse-fact", fact.name, zh: "「\(title.chinese)」只有 \(known) 名会员有数据（共 \(members) 名），其余按均值计",
                    en: "\(title.english) is known of \(known) of \(members) members only; the others count as average")
            }
        }
        return warnings
    }
}

extension ClusterSettings {
    /// Said where there are too few members to learn from.
    package func tooFew(_ members: Int) -> TieringWarning {
        TieringWarning(
            code: "no-clusters", subject: "members",
            message: LocalizedText(
                zh: "有购买的会员只有 \(members) 名（至少需 \(leastMembers) 名），不做聚类",
                en: "\(members) members with a purchase are too few for clusters (\(leastMembers) are needed)"))
    }

    /// Said where no column tells members apart.
    package var nothingDiffers: TieringWarning {
        TieringWarning(
            code: "no-clusters", subject: "columns",
            message: LocalizedText(
                zh: "聚类所用各列（\(facts.map(\.title.chinese).joined(separator: "、"))）都不能区分会员，不做聚类",
                en: "none of the columns of the clusters tells members apart "
                    + "(\(facts.map(\.title.english).joined(separator: ", "))): there are no clusters"))
    }

    /// Said where a run finds clusters of other settings frozen and may not learn.
    package var notYetLearned: TieringWarning {
        TieringWarning(
            code: "no-clusters", subject: "calibration",
            message: LocalizedText(
                zh: "尚未按现有配置学习聚类：由下次 refresh 或 retier learn 学习",
                en: "clusters of the present configuration are not learned yet: the next refresh or retier learn does"))
    }
}
