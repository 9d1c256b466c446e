using System.Reflection;
using System.Text.Json.Nodes;
using Balie.Api.Calls;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Balie.Api.Platform.OpenApi;

/// <summary>The contract as OpenAPI 3.1: the doors as paths, the hubs as webhooks <c>{hub}/invoke/X</c> and <c>{hub}/receive/X</c>.</summary>
public static class ContractDocument
{
    public static void AddContractDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo { Title = "Balie", Version = "v1", Description = "Digital counter: booking, video visit, identity, documents, signing, recording." };
            document.Servers = [];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer<DoorOperations>();
        options.AddSchemaTransformer<ViewSchemas>();
        options.AddDocumentTransformer(new HubWebhooks("visit", typeof(IVisitHub), typeof(IVisitClient)));
        options.AddDocumentTransformer(new HubWebhooks("desk", typeof(IDeskHub), typeof(IDeskClient)));
    });
}

/// <summary>Adds to each operation what its metadata says: command id, participant header, forgery header, and the shape of a refusal.</summary>
internal sealed class DoorOperations : IOpenApiOperationTransformer
{
    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken ct)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        operation.Parameters ??= [];
        if (metadata.OfType<Commands>().Any())
        {
            operation.Parameters.Add(Header(CommandId.Header, "Made by the client, repeated when it tries again.", required: true, "uuid"));
            operation.Parameters.Add(Header(ForgeryGuard.Header, "1", required: true));
        }
        if (metadata.OfType<AccessRule>().LastOrDefault()?.Access is Access.Visit or Access.Participant)
            operation.Parameters.Add(Header(CallerMiddleware.ParticipantHeader, "Which visit cookie is meant; absent for staff.", required: false));
        context.Document!.AddComponent("Problem", await context.GetOrCreateSchemaAsync(typeof(Problem), null, ct));
        operation.Responses ??= [];
        operation.Responses["default"] = new OpenApiResponse
        {
            Description = "Refused",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/problem+json"] = new() { Schema = new OpenApiSchemaReference("Problem", context.Document) },
            },
        };
    }

    private static OpenApiParameter Header(string name, string text, bool required, string? format = null) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Required = required,
        Description = text,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = format },
    };
}

/// <summary>What we answer always carries every property, null or not; only what a client sends may leave some out.</summary>
internal sealed class ViewSchemas : IOpenApiSchemaTransformer
{
    private static readonly HashSet<string> SentByClients = ["Companion", "MediaLine", "PublishMedia", "MediaAnswer", "IceCandidate"];

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken ct)
    {
        var type = context.JsonTypeInfo.Type;
        if (type.Namespace?.StartsWith("Balie.", StringComparison.Ordinal) != true || type.IsEnum || schema.Properties is null
            || SentByClients.Contains(type.Name) || type.Name.EndsWith("Body", StringComparison.Ordinal))
            return Task.CompletedTask;
        schema.Required = new HashSet<string>(schema.Properties.Keys);
        return Task.CompletedTask;
    }
}

/// <summary>
/// Reflects a hub's two interfaces into webhooks. The request body of each is the list of arguments (a tuple); the answer of an invocation
/// is its 200 response.
/// </summary>
internal sealed class HubWebhooks(string hub, Type invoke, Type receive) : IOpenApiDocumentTransformer
{
    public async Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        document.Webhooks ??= new Dictionary<string, IOpenApiPathItem>();
        foreach (var (kind, type) in new[] { ("invoke", invoke), ("receive", receive) })
            foreach (var method in type.GetMethods())
                document.Webhooks[$"{hub}/{kind}/{method.Name}"] = await ItemAsync(kind, method, document, context, ct);
    }

    private async Task<OpenApiPathItem> ItemAsync(
        string kind, MethodInfo method, OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        var answer = method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : null;
        var nullable = new NullabilityInfoContext().Create(method.ReturnParameter).GenericTypeArguments is [{ ReadState: NullabilityState.Nullable }];
        var response = new OpenApiResponse { Description = answer is null ? "No answer" : "Answer" };
        if (answer is not null)
            response.Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = await SchemaAsync(answer, nullable, document, context, ct) } };
        var operation = new OpenApiOperation
        {
            OperationId = $"{hub}{char.ToUpperInvariant(kind[0])}{kind[1..]}{method.Name}",
            RequestBody = await ArgumentsAsync(method, document, context, ct),
            Responses = new OpenApiResponses { ["200"] = response },
        };
        return new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = operation } };
    }

    private static async Task<OpenApiRequestBody?> ArgumentsAsync(
        MethodInfo method, OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        var parameters = method.GetParameters();
        if (parameters.Length == 0) return null;
        var items = new JsonArray();
        foreach (var parameter in parameters)
        {
            var nullable = new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;
            var schema = await SchemaAsync(parameter.ParameterType, nullable, document, context, ct);
            items.Add(await NodeAsync(schema, ct));
        }
        var tuple = new OpenApiSchema
        {
            Type = JsonSchemaType.Array,
            MinItems = parameters.Length,
            MaxItems = parameters.Length,
            Description = string.Join(", ", parameters.Select(p => p.Name)),
            Extensions = new Dictionary<string, IOpenApiExtension> { ["prefixItems"] = new JsonNodeExtension(items) },
        };
        return new OpenApiRequestBody { Required = true, Content = new Dictionary<string, OpenApiMediaType> { ["application/json"] = new() { Schema = tuple } } };
    }

    private static async Task<JsonNode> NodeAsync(IOpenApiSchema schema, CancellationToken ct)
    {
        using var text = new StringWriter();
        schema.SerializeAsV31(new OpenApiJsonWriter(text));
        await text.FlushAsync(ct);
        return JsonNode.Parse(text.ToString())!;
    }

    /// <summary>A simple schema in place, or a reference to a component that is added when no path needed it before.</summary>
    private static async Task<IOpenApiSchema> SchemaAsync(
        Type type, bool nullable, OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken ct)
    {
        if (type == typeof(object)) return new OpenApiSchema { Description = "The room's view." };
        var schema = await context.GetOrCreateSchemaAsync(type, null, ct);
        if (type.Namespace?.StartsWith("Balie.", StringComparison.Ordinal) != true)
        {
            if (nullable && schema.Type is { } simple) schema.Type = simple | JsonSchemaType.Null;
            return schema;
        }
        if (document.Components?.Schemas?.ContainsKey(type.Name) != true) document.AddComponent(type.Name, schema);
        var reference = new OpenApiSchemaReference(type.Name, document);
        return nullable ? new OpenApiSchema { OneOf = [new OpenApiSchema { Type = JsonSchemaType.Null }, reference] } : reference;
    }
}
