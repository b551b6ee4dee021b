// A function app with QStash functions: isolated worker, .NET 10, Flex Consumption. Explained in ../README.md.

@description('Name of the function app; its address is https://NAME.azurewebsites.net.')
@minLength(2)
@maxLength(60)
param name string

@description('Name of the storage account for the app and its packages.')
@minLength(3)
@maxLength(24)
param storageName string

@description('Name of a Key Vault in this resource group, with Azure RBAC, that holds the secrets qstash-token, qstash-current-signing-key and qstash-next-signing-key.')
param vaultName string

@description('The app as in --app of dotnet qstash; publishers resolve logical names with it.')
param app string

@description('The environment as in --env.')
param env string

@description('The URL the public calls the app by, several separated by semicolons. Empty for the app\'s own address.')
param publicBaseUrl string = ''

@description('QStash\'s URL in your region.')
param qstashUrl string = 'https://qstash.upstash.io'

param location string = resourceGroup().location

@minValue(40)
@maxValue(1000)
param maximumInstances int = 100

// The address follows from the name, so that the app's own setting can have it.
var baseUrl = empty(publicBaseUrl) ? 'https://${name}.azurewebsites.net' : publicBaseUrl
var packages = 'packages'
var storageBlobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var keyVaultSecretsUser = '4633458b-17de-408a-b874-0445c86b69e6'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {
  name: vaultName
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: storageName
  location: location
  kind: 'StorageV2'
  sku: {
    name: 'Standard_LRS'
  }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: storage
  name: 'default'
}

resource packageContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: packages
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: name
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: name
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: logs.id
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: name
  location: location
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
  }
}

resource functionApp 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    siteConfig: {
      minTlsVersion: '1.2'
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packages}'
          authentication: {
            type: 'SystemAssignedIdentity'
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstances
      }
    }
  }
}

resource ownsBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, functionApp.id, storageBlobDataOwner)
  scope: storage
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', storageBlobDataOwner)
    principalId: functionApp.identity.principalId
    principalType: 'ServicePrincipal'
  }
}

resource readsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, functionApp.id, keyVaultSecretsUser)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', keyVaultSecretsUser)
    principalId: functionApp.identity.principalId
    principalType: 'ServicePrincipal'
  }
}

// The settings come last: a Key Vault reference that is set before the app may read the vault stays unresolved until the app restarts.
resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: functionApp
  name: 'appsettings'
  properties: {
    AzureWebJobsStorage__accountName: storage.name
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
    QSTASH_APP: app
    QSTASH_ENV: env
    QSTASH_URL: qstashUrl
    QSTASH_PUBLIC_BASE_URL: baseUrl
    QSTASH_TOKEN: '@Microsoft.KeyVault(VaultName=${vault.name};SecretName=qstash-token)'
    QSTASH_CURRENT_SIGNING_KEY: '@Microsoft.KeyVault(VaultName=${vault.name};SecretName=qstash-current-signing-key)'
    QSTASH_NEXT_SIGNING_KEY: '@Microsoft.KeyVault(VaultName=${vault.name};SecretName=qstash-next-signing-key)'
  }
  dependsOn: [
    ownsBlobs
    readsSecrets
  ]
}

@description('What --base-url of dotnet qstash takes.')
output baseUrl string = first(split(baseUrl, ';'))

output functionAppName string = functionApp.name
