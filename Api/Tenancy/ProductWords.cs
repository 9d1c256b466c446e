using Balie.Grains.Interfaces.Tenancy;

namespace Balie.Api.Tenancy;

/// <summary>A product in the reader's language, as the client words it (<c>useProductText</c>).</summary>
internal static class ProductWords
{
    /// <summary>What is not translated stays Dutch.</summary>
    public static ProductText In(this ProductView product, string language)
    {
        var other = product.Translations.GetValueOrDefault(language);
        return new ProductText
        {
            Name = other is { Name.Length: > 0 } ? other.Name : product.Name,
            Summary = other is { Summary.Length: > 0 } ? other.Summary : product.Summary,
            ToBring = other is { ToBring.IsDefaultOrEmpty: false } ? other.ToBring : product.ToBring,
            WhatHappens = other is { WhatHappens.IsDefaultOrEmpty: false } ? other.WhatHappens : product.WhatHappens,
        };
    }
}
