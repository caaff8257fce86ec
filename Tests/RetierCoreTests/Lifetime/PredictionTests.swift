import RetierCore
import Testing

@Suite struct PredictionTests {
    private static let table: PredictionTable = {
        var table = PredictionTable(count: 2)
        (table.alive[0], table.churnRisk[0]) = (726_620, 293_862)
        (table.purchases[0], table.averageValue[0], table.value[0]) = (457_191_500, 24_655_000, 11_274_999)
        return table
    }()

    /// Minor units and millionths, rounded half up; nothing where nothing is known.
    @Test(arguments: [(2, 2_466, 1_127), (0, 25, 11), (3, 24_655, 11_275)] as [(Int, Int64, Int64)])
    func fieldsAreInTheUnitsThatConditionsCompare(decimals: Int, averageValue: Int64, value: Int64) {
        let fields = Self.table.fields(of: 0, decimals: decimals)
        #expect(fields[Prediction.alive.rawValue] == 726_620 && fields[Prediction.churnRisk.rawValue] == 293_862)
        #expect(fields[Prediction.purchases.rawValue] == 457_192)
        #expect(fields[Prediction.averageValue.rawValue] == averageValue)
        #expect(fields[Prediction.value.rawValue] == value)
        #expect(Self.table.fields(of: 1, decimals: decimals) == PredictionTable.noFields)
        #expect(Self.table.column(.value, decimals: decimals) == [value, PredictionTable.missing])
    }

    @Test func everyPredictionIsAFieldOfItsName() throws {
        for prediction in Prediction.allCases {
            let definition = try #require(FieldCatalogue.definition(named: prediction.name))
            #expect(definition.field == .prediction(prediction) && definition.kind == .number(prediction.unit))
        }
    }

    @Test func conditionsReadThem() {
        var member = sampleMember()
        let field = Field.prediction(.value)
        #expect(field.valueText(of: member, in: FieldVocabulary(tierIDs: ["core"])) == nil)
        member.predictions = Self.table.fields(of: 0, decimals: 2)
        #expect(field.valueText(of: member, in: FieldVocabulary(tierIDs: ["core"])) == "11.27")
        #expect(Field.prediction(.alive).valueText(of: member, in: FieldVocabulary(tierIDs: [])) == "72.662%")
        #expect(Field.prediction(.purchases).valueText(of: member, in: FieldVocabulary(tierIDs: [])) == "0.457192")
    }
}
